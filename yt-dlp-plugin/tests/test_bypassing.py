"""A yt-dlp whose token is refused asks past its cache, as its branch for SABR does; and it may record for hours."""

import json

from yt_dlp.extractor.youtube.pot.provider import PoTokenContext

from .host_snapshots import failures_of_get
from .program import random_token, random_video, random_visitor
from .yt_dlp_run import Case, a_request

FAILURES = failures_of_get()
NO_BROWSER, NO_TOKEN = FAILURES['no-browser'], FAILURES['no-token']
WAITING = ['--wait', '20', '--wait-for-browser', '2', '--client', 'yt-dlp', '--bypass-cache']


def lines(*texts: str) -> str:
    return ''.join(f'{text}\n' for text in texts)


class Refused(Case):
    def setUp(self):
        super().setUp()
        self.yt_dlp = self.run_of_yt_dlp()

    def gives(self, request, run=None) -> str:
        """Has potbridge give a new token, and yt-dlp ask for one."""
        token = random_token()
        self.program.gives(token)
        self.assertEqual((run or self.yt_dlp).token(request), token)
        return token

    def last(self):
        return self.program.calls()[-1]

    def test_the_token_that_was_given_last_is_named_on_stdin_and_never_in_argv(self):
        video = random_video()
        refused = self.gives(a_request(video_id=video))
        for _ in range(3):
            new = self.gives(a_request(video_id=video, bypass_cache=True))
            self.assertEqual(self.last().arguments, [
                'get', '--json', '--context', 'gvs', '--refused', *WAITING, f'--video={video}'])
            self.assertEqual(self.last().stdin, lines(refused))
            refused = new
        self.assertEqual(len(self.program.calls()), 4)
        self.assertNotIn(refused[:20], self.yt_dlp.log.text())

    def test_yt_dlp_keeps_a_token_for_all_contexts_so_it_is_named_in_all(self):
        video = random_video()
        given = self.gives(a_request('player', video_id=video))
        self.gives(a_request('gvs', video_id=video, bypass_cache=True))
        self.assertEqual(self.last().stdin, lines(given))

    def test_a_token_of_another_video_or_session_is_not_named(self):
        self.gives(a_request())
        self.gives(a_request(bypass_cache=True))
        self.assertNotIn('--refused', self.last().arguments)
        self.assertEqual(self.last().stdin, '')

    def test_a_token_of_another_run_in_this_process_is_named_since_yt_dlp_keeps_it(self):
        video = random_video()
        given = self.gives(a_request(video_id=video))
        other = self.run_of_yt_dlp()
        self.assertEqual(other.token(a_request(video_id=video)), given)
        self.gives(a_request(video_id=video, bypass_cache=True), other)
        self.assertEqual(self.last().stdin, lines(given))

    def test_the_tokens_of_the_command_line_are_named_for_their_client_and_context(self):
        t = [random_token() for _ in range(5)]
        items = [f'mweb.gvs+{t[0]}', f'MWEB+{t[1]}', f'web.gvs+{t[2]}', f'mweb.subs+{t[3]}', t[4], 'mweb.gvs+', 'mweb']
        for context, client, named in (('gvs', 'mweb', t[:2]), ('gvs', 'web', t[2:3]), ('subs', 'mweb', t[3:4]),
                                       ('player', 'mweb', []), ('gvs', None, [])):
            with self.subTest(context=context, client=client):
                run = self.run_of_yt_dlp(youtube={'po_token': list(items)})
                request = a_request(context, internal_client_name=client, bypass_cache=True)
                new = self.gives(request, run)
                self.assertEqual(self.last().stdin, lines(*named))
                # Then that one was refused.
                self.gives(request, run)
                self.assertEqual(self.last().stdin, lines(new))

    def test_what_is_no_token_in_the_settings_does_not_keep_a_new_one_away(self):
        run = self.run_of_yt_dlp(youtube={'po_token': ['mweb.gvs+garbage']})
        refuses = json.dumps({'ok': False, 'code': 'not-a-token', 'message': 'no', 'hint': None})
        token = random_token()
        self.program.gives(token, conduct=f"""case "$*" in *--refused*) echo '{refuses}'; exit 1;; esac""")
        self.assertEqual(run.token(a_request('gvs', internal_client_name='mweb', bypass_cache=True)), token)
        first, second = self.program.calls()
        self.assertEqual(first.stdin, lines('garbage'))
        self.assertNotIn('--refused', second.arguments)
        self.assertIn('--bypass-cache', second.arguments)

    def test_yt_dlp_does_not_go_back_to_a_refused_token_of_the_command_line(self):
        refused, other, video = random_token(), random_token(), random_video()
        run = self.run_of_yt_dlp(youtube={'po_token': [
            f'mweb.gvs+{refused}', f'web.gvs+{refused}', f'mweb.subs+{other}']})
        ie = run.ydl.get_info_extractor('Youtube')
        self.assertEqual(ie._get_config_po_token('mweb', PoTokenContext.GVS), refused)
        new = self.gives(a_request(video_id=video, internal_client_name='mweb', bypass_cache=True), run)
        for client in ('mweb', 'web'):
            self.assertIsNone(ie._get_config_po_token(client, PoTokenContext.GVS))
            # yt-dlp has the new one, and asks nobody.
            self.assertEqual(run.token(a_request(video_id=video, internal_client_name=client)), new)
        self.assertEqual(ie._get_config_po_token('mweb', PoTokenContext.SUBS), other)
        self.assertEqual(len(self.program.calls()), 1)

    def test_a_token_for_a_session_is_named_after_the_session(self):
        visitor, visitor_data = random_visitor()
        request = a_request(for_session=True, visitor_data=visitor_data)
        given = self.gives(request)
        request.bypass_cache = True
        self.gives(request)
        self.assertEqual(self.last().arguments, [
            'get', '--json', '--context', 'gvs', '--refused', '--content-binding', 'visitor-id'])
        self.assertEqual(self.last().stdin, lines(visitor, given))

    def test_a_refused_token_that_potbridge_gives_again_is_not_used(self):
        video = random_video()
        given = self.gives(a_request(video_id=video))
        self.assertEqual(self.yt_dlp.token(a_request(video_id=video, bypass_cache=True)), self.yt_dlp.other.token)
        self.assertEqual(self.last().stdin, lines(given))

    def test_what_was_asked_in_vain_does_not_keep_a_refused_token_from_being_replaced(self):
        video = random_video()
        given = self.gives(a_request(video_id=video))
        self.program.fails(NO_TOKEN)
        # By another address, for which yt-dlp has no token.
        self.yt_dlp.token(a_request('subs', video_id=video, request_source_address='127.0.0.2'))
        self.assertIn('--wait', self.last().arguments)
        self.gives(a_request(video_id=video, bypass_cache=True))
        self.assertEqual(self.last().stdin, lines(given))
        self.assertIn('--wait', self.last().arguments)

    def test_without_a_browser_the_refused_token_is_named_all_the_same(self):
        video = random_video()
        given = self.gives(a_request(video_id=video))
        self.program.fails(NO_BROWSER)
        self.yt_dlp.token(a_request())
        self.gives(a_request(video_id=video, bypass_cache=True))
        self.assertEqual(self.last().arguments, ['get', '--json', '--context', 'gvs', '--refused', f'--video={video}'])
        self.assertEqual(self.last().stdin, lines(given))


class Pending(Case):
    """The branch for SABR asks once for each response while its token is pending, and up to five times if it is refused."""

    def test_each_answer_is_new_and_then_potbridge_is_not_asked_for_a_minute(self):
        run, video, tokens = self.run_of_yt_dlp(), random_video(), [random_token() for _ in range(3)]
        given = []
        for asked in range(10):
            if asked < len(tokens):
                self.program.gives(tokens[asked])
            else:
                self.program.fails(NO_TOKEN)
            given.append(run.token(a_request(video_id=video, bypass_cache=asked > 0)))
        self.assertEqual(given, tokens + [run.other.token] * 7)
        self.assertEqual(len(self.program.calls()), 4)
        named = [call.stdin for call in self.program.calls()]
        self.assertEqual(named, ['', *(lines(token) for token in tokens)])
        run.now += 59.9
        run.token(a_request(video_id=video, bypass_cache=True))
        self.assertEqual(len(self.program.calls()), 4)
        run.now += 0.1
        new = random_token()
        self.program.gives(new)
        self.assertEqual(run.token(a_request(video_id=video, bypass_cache=True)), new)


class Hours(Case):
    """Every failure is forgotten after a minute."""

    def setUp(self):
        super().setUp()
        self.yt_dlp = self.run_of_yt_dlp()

    def assert_asked_again_after_a_minute(self, request):
        calls, token = len(self.program.calls()), random_token()
        self.program.gives(token)
        self.yt_dlp.now += 59
        self.assertEqual(self.yt_dlp.token(request), self.yt_dlp.other.token)
        self.assertEqual(len(self.program.calls()), calls)
        self.yt_dlp.now += 1
        self.assertEqual(self.yt_dlp.token(request), token)

    def test_a_request_that_had_no_token(self):
        request = a_request()
        self.program.fails(NO_TOKEN)
        self.yt_dlp.token(request)
        self.assert_asked_again_after_a_minute(request)

    def test_a_session_that_had_no_token(self):
        request = a_request(for_session=True)
        self.program.fails(NO_TOKEN)
        self.yt_dlp.token(request)
        self.assert_asked_again_after_a_minute(request)

    def test_a_video_that_a_browser_was_asked_for_in_vain(self):
        video = random_video()
        self.program.fails(NO_TOKEN)
        self.yt_dlp.token(a_request('player', video_id=video))
        self.yt_dlp.now += 59
        self.yt_dlp.token(a_request('gvs', video_id=video))
        self.assertNotIn('--wait', self.program.calls()[-1].arguments)
        self.yt_dlp.now += 1
        self.yt_dlp.token(a_request('subs', video_id=video))
        self.assertIn('--wait', self.program.calls()[-1].arguments)

    def test_that_there_is_no_browser(self):
        self.program.fails(NO_BROWSER)
        self.yt_dlp.token(a_request())
        self.yt_dlp.now += 59
        self.yt_dlp.token(a_request())
        self.assertNotIn('--wait', self.program.calls()[-1].arguments)
        self.yt_dlp.now += 1
        self.yt_dlp.token(a_request())
        self.assertIn('--wait', self.program.calls()[-1].arguments)

    def test_a_potbridge_that_was_of_no_use(self):
        self.program.fails(FAILURES['usage'])
        for _ in range(3):
            self.yt_dlp.token(a_request())
        self.assertEqual(len(self.program.calls()), 1)
        self.yt_dlp.now += 60
        token = random_token()
        self.program.gives(token)
        self.assertEqual(self.yt_dlp.token(a_request()), token)
        self.assertEqual(len(self.yt_dlp.log.warnings), 1)

    def test_a_session_without_a_token_does_not_say_that_there_is_no_browser(self):
        self.program.fails(NO_BROWSER)
        self.yt_dlp.token(a_request(for_session=True))
        self.yt_dlp.token(a_request())
        self.assertIn('--wait', self.program.calls()[-1].arguments)
