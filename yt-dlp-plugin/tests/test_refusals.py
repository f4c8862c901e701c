"""What yt-dlp does if potbridge has no token.

The failures are those that the real host prints.
"""

import os
import re
import select
import signal
import sys
import time
import unittest.mock

from .host_snapshots import failures_of_get
from .program import random_token, random_video, random_visitor
from .yt_dlp_run import Case, a_request

FAILURES = failures_of_get()
NO_BROWSER, NO_TOKEN = FAILURES['no-browser'], FAILURES['no-token']


class NothingToGive(Case):
    def test_the_next_provider_is_asked_silently(self):
        run = self.run_of_yt_dlp(verbose=False)
        failures = [failure for failure in FAILURES.values() if failure.exit_code == 3]
        self.assertGreaterEqual(len(failures), 3)
        for failure in failures:
            self.program.fails(failure)
            self.assertEqual(run.token(a_request()), run.other.token)
        self.program.answers(code=3)
        self.assertEqual(run.token(a_request()), run.other.token)
        self.assertEqual(run.log.lines, [])

    def test_verbose_yt_dlp_says_why(self):
        run = self.run_of_yt_dlp()
        self.program.fails(NO_TOKEN)
        video = random_video()
        run.token(a_request(video_id=video))
        self.assertIn(f'[debug] [youtube] [pot:potbridge] {video}: {NO_TOKEN.words}', run.log.lines)

    def test_potbridge_is_asked_once_for_all_formats(self):
        run, video = self.run_of_yt_dlp(), random_video()
        _, visitor_data = random_visitor()
        self.program.fails(NO_TOKEN)
        for _ in range(30):
            run.token(a_request('gvs', 'MWEB', video_id=video))
            run.token(a_request('gvs', 'WEB', video_id=video))
            run.token(a_request('gvs', for_session=True, visitor_data=visitor_data))
        self.assertEqual(len(self.program.calls()), 2)
        self.assertEqual(run.other.asked, 90)

    def test_a_browser_is_asked_once_for_all_contexts_of_a_video(self):
        run, video, token = self.run_of_yt_dlp(), random_video(), random_token()
        self.program.fails(NO_TOKEN)
        run.token(a_request('player', video_id=video))
        self.program.gives(token)
        self.assertEqual(run.token(a_request('gvs', video_id=video)), token)
        self.assertEqual(self.program.calls()[1].arguments, ['get', '--json', '--context', 'gvs', f'--video={video}'])
        self.program.gives(random_token())
        run.token(a_request('gvs'))
        self.assertIn('--wait', self.program.calls()[2].arguments)

    def test_without_a_browser_only_the_known_tokens_are_used(self):
        run, token = self.run_of_yt_dlp(), random_token()
        self.program.fails(NO_BROWSER)
        run.token(a_request())
        self.program.gives(token)
        request = a_request()
        self.assertEqual(run.token(request), token)
        self.assertEqual(
            self.program.calls()[1].arguments, ['get', '--json', '--context', 'gvs', f'--video={request.video_id}'])

    def test_an_own_browser_that_fails_is_a_warning_and_is_not_started_again(self):
        for code, exit_code in (('own-browser-failed', 1), ('sandbox-missing', 4)):
            with self.subTest(code=code):
                run, token = self.run_of_yt_dlp(verbose=False), random_token()
                calls = len(self.program.calls())
                self.program.fails(NO_TOKEN.with_code(code, exit_code))
                run.token(a_request())
                self.assertEqual(len(run.log.warnings), 1)
                self.assertIn(NO_TOKEN.words, run.log.warnings[0])
                self.program.gives(token)
                self.assertEqual(run.token(a_request()), token)
                self.assertNotIn('--wait', self.program.calls()[calls + 1].arguments)

    def test_only_the_code_says_that_there_is_no_browser(self):
        run = self.run_of_yt_dlp()
        self.program.fails(NO_TOKEN.with_message(NO_BROWSER.message))
        run.token(a_request())
        run.token(a_request())
        self.assertIn('--wait', self.program.calls()[1].arguments)

    def test_no_known_token_is_used_if_the_cache_is_bypassed(self):
        run = self.run_of_yt_dlp()
        self.program.fails(NO_BROWSER)
        run.token(a_request())
        self.program.gives(random_token())
        self.assertEqual(run.token(a_request(bypass_cache=True)), run.other.token)
        self.assertEqual(len(self.program.calls()), 1)


class Failures(Case):
    def test_a_failure_is_a_warning_once_in_the_words_of_potbridge(self):
        for code in ('config-invalid', 'store-unavailable'):
            with self.subTest(code=code):
                run = self.run_of_yt_dlp(verbose=False)
                self.program.fails(FAILURES[code])
                for context in ('gvs', 'gvs', 'subs'):
                    self.assertEqual(run.token(a_request(context)), run.other.token)
                self.assertEqual(len(run.log.warnings), 1)
                self.assertIn(FAILURES[code].words, run.log.warnings[0])
                self.assertNotIn('report this issue', run.log.warnings[0])

    def test_consent_that_is_needed_is_told_once_and_counts_as_soon_as_it_is_given(self):
        run, video, token = self.run_of_yt_dlp(verbose=False), random_video(), random_token()
        for number in range(3):
            # Each message names its video.
            message = f'there is no token for the video {number}: nobody has agreed yet'
            self.program.fails(NO_TOKEN.with_code('consent-needed', 3).with_message(message))
            self.assertEqual(run.token(a_request(video_id=video if number == 2 else random_video())), run.other.token)
        self.assertEqual(len(run.log.warnings), 1)
        self.assertIn('nobody has agreed yet', run.log.warnings[0])
        self.program.gives(token)
        self.assertEqual(run.token(a_request('player', video_id=video)), token)
        self.assertIn('--wait', self.program.calls()[-1].arguments)

    def test_another_failure_is_another_warning(self):
        run = self.run_of_yt_dlp()
        for code in ('config-invalid', 'store-unavailable'):
            self.program.fails(FAILURES[code])
            run.token(a_request())
        self.assertEqual(len(run.log.warnings), 2)

    def test_secrets_and_terminal_commands_are_not_shown(self):
        for code in ('config-invalid', 'no-token'):
            run, token = self.run_of_yt_dlp(), random_token()
            visitor, visitor_data = random_visitor()
            message = f'odd: {token}, {visitor_data}, {visitor}, \x1b[2J, the end'
            self.program.fails(FAILURES[code].with_message(message))
            run.token(a_request(for_session=True, visitor_data=visitor_data))
            self.assertIn('the end', run.log.text())
            for secret in (token[:40], visitor_data[:40], visitor, '\x1b'):
                self.assertNotIn(secret, run.log.text())

    def test_a_program_that_is_too_old_is_named_and_not_run_again(self):
        run, usage = self.run_of_yt_dlp(), FAILURES['usage']
        self.program.fails(usage)
        for _ in range(3):
            self.assertEqual(run.token(a_request()), run.other.token)
        self.assertEqual(len(self.program.calls()), 1)
        self.assertEqual(len(run.log.warnings), 1)
        self.assertIn(f'{self.program.path} is too old for this plugin', run.log.warnings[0])
        self.assertIn(usage.message, run.log.warnings[0])

    def test_a_failure_without_an_object_is_named(self):
        for printed in ('', 'error: odd', '[]', '{}'):
            with self.subTest(printed=printed):
                run = self.run_of_yt_dlp()
                self.program.answers(code=1, printed=printed)
                self.assertEqual(run.token(a_request()), run.other.token)
                self.assertIn(f'{self.program.path} failed with exit code 1 and said nothing', run.log.warnings[0])

    def test_a_file_that_cannot_be_run_is_named(self):
        run = self.run_of_yt_dlp()
        self.program.path.write_bytes(b'\x7fELF')
        for _ in range(3):
            self.assertEqual(run.token(a_request()), run.other.token)
        self.assertEqual(len(run.log.warnings), 1)
        self.assertIn(f'{self.program.path} cannot be run: Exec format error', run.log.warnings[0])

    def test_a_program_that_dies_is_named(self):
        run = self.run_of_yt_dlp()
        self.program.answers(conduct='kill -KILL $$')
        self.assertEqual(run.token(a_request()), run.other.token)
        self.assertIn(f'{self.program.path} was ended by signal 9', run.log.warnings[0])

    def test_an_unknown_answer_or_another_videos_token_is_not_used(self):
        run, token = self.run_of_yt_dlp(), random_token()
        for printed in ('', token, '[]', '{}', f'["{token}"]', '{"token": 5}', f'{{"token": "{token}", "expires_at": "x"}}'):
            with self.subTest(printed=printed.replace(token, 'TOKEN')):
                self.program.answers(printed=printed)
                self.assertEqual(run.token(a_request()), run.other.token)
        self.program.gives(token, video_id=random_video())
        self.assertEqual(run.token(a_request()), run.other.token)
        self.assertEqual(len(run.log.warnings), 2)
        self.assertIn('another video', run.log.warnings[1])
        self.assertNotIn(token[:20], run.log.text())


class Slowness(Case):
    def setUp(self):
        super().setUp()
        self.fifo = self.folder / 'alive'
        os.mkfifo(self.fifo)
        # Open for as long as the program or what it started is alive.
        self.alive = os.open(self.fifo, os.O_RDONLY | os.O_NONBLOCK)
        self.addCleanup(os.close, self.alive)

    def hang(self, first: str = ':') -> str:
        return f'exec 3>{self.fifo}\necho up >&3\n{first}\nsleep 60 &\nwait'

    def assert_all_of_it_ended(self):
        self.assertEqual(os.read(self.alive, 100), b'up\n')
        ready, _, _ = select.select([self.alive], [], [], 30)
        self.assertTrue(ready, 'something of it is still alive')
        self.assertEqual(os.read(self.alive, 100), b'')

    def grace(self, run, seconds: float):
        grace = unittest.mock.patch.object(type(run.provider), '_GRACE', seconds)
        grace.start()
        self.addCleanup(grace.stop)

    def test_a_program_that_hangs_is_killed_and_not_run_again(self):
        run = self.run_of_yt_dlp({'wait': '0'})
        self.grace(run, 0.5)
        self.program.answers(conduct=self.hang())
        began = time.monotonic()
        for _ in range(3):
            self.assertEqual(run.token(a_request()), run.other.token)
        self.assertLess(time.monotonic() - began, 30)
        self.assertEqual(len(self.program.calls()), 1)
        self.assertEqual(len(run.log.warnings), 1)
        self.assertIn(f'{self.program.path} did not answer within 0.5 seconds', run.log.warnings[0])
        self.assert_all_of_it_ended()

    def test_all_of_it_ends_if_yt_dlp_is_interrupted(self):
        # In the background of a script the signal is ignored, and Python then installs no handler.
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        self.addCleanup(signal.signal, signal.SIGINT, before)
        run = self.run_of_yt_dlp()
        self.program.answers(conduct=self.hang('kill -INT $PPID'))
        with self.assertRaises(KeyboardInterrupt):
            run.token(a_request())
        self.assert_all_of_it_ended()

    def test_yt_dlp_says_that_it_waits_for_the_browser(self):
        run, token, video = self.run_of_yt_dlp(verbose=False), random_token(), random_video()
        go = self.folder / 'go'
        os.mkfifo(go)
        self.program.gives(token, conduct=f'read word <{go}')
        say = run.log.debug
        # The program answers when yt-dlp has said so.
        run.log.debug = lambda line: (say(line), go.write_text('go\n'))
        with unittest.mock.patch.object(sys.modules[type(run.provider).__module__], '_QUIET_WAIT', 0.1):
            self.assertEqual(run.token(a_request(video_id=video)), token)
        self.assertEqual(run.log.lines, [f'[youtube] [pot:potbridge] {video}: Waiting for your browser to play it'])
