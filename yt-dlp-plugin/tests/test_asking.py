"""What potbridge is asked, and what yt-dlp gets."""

import time
from urllib.parse import unquote

from yt_dlp.extractor.youtube.pot.provider import PoTokenProviderRejectedRequest
from yt_dlp.extractor.youtube.pot.utils import WEBPO_CLIENTS

from .host_snapshots import help_of_get
from .program import random_token, random_video, random_visitor
from .yt_dlp_run import Case, a_request


class Asking(Case):
    def test_every_web_client_is_asked_in_every_context(self):
        run = self.run_of_yt_dlp()
        for client in WEBPO_CLIENTS:
            # yt-dlp binds only the music client's media to the video.
            for context in ('gvs',) if client == 'WEB_REMIX' else ('gvs', 'player', 'subs'):
                with self.subTest(client=client, context=context):
                    request, token = a_request(context, client), random_token()
                    self.program.gives(token, video_id=request.video_id)
                    self.assertEqual(run.token(request), token)
                    call = self.program.calls()[-1]
                    music = ['--music'] if client == 'WEB_REMIX' else []
                    self.assertEqual(call.arguments, [
                        'get', '--json', '--context', context, '--wait', '20', '--wait-for-browser', '2',
                        '--client', 'yt-dlp', *music, f'--video={request.video_id}'])
                    self.assertEqual(call.stdin, '')
        self.assertEqual(run.log.warnings, [])

    def test_every_argument_is_one_that_potbridge_knows(self):
        known = help_of_get()
        self.assertIn('--video', known)
        for request in (a_request(client='WEB_REMIX', bypass_cache=True), a_request(for_session=True)):
            run = self.run_of_yt_dlp()
            self.program.gives(random_token())
            run.token(request)
            for argument in self.program.calls()[-1].arguments:
                if argument.startswith('--'):
                    self.assertRegex(known, rf'(?m)^ +{argument.partition("=")[0]}\b')
        for kind in ('visitor-data', 'visitor-id', 'data-sync-id'):
            self.assertIn(f'- {kind}: ', known)

    def test_a_bypassed_cache_asks_the_browser_for_a_new_token(self):
        run, token = self.run_of_yt_dlp(), random_token()
        self.program.gives(token)
        self.assertEqual(run.token(a_request(bypass_cache=True)), token)
        self.assertEqual(
            self.program.calls()[0].arguments[4:-1],
            ['--wait', '20', '--wait-for-browser', '2', '--client', 'yt-dlp', '--bypass-cache'])

    def test_a_video_whose_id_begins_with_a_hyphen_is_no_option(self):
        run, token, video = self.run_of_yt_dlp(), random_token(), '-' + random_video()[1:]
        self.program.gives(token)
        self.assertEqual(run.token(a_request(video_id=video)), token)
        self.assertIn(f'--video={video}', self.program.calls()[0].arguments)

    def test_a_visitor_or_account_is_named_only_on_stdin(self):
        visitor, visitor_data = random_visitor()
        account = f'{random_video()}||{random_video()}'
        by_data = {'youtubepot-webpo': {'bind_to_visitor_id': ['false']}}
        for more, args, kind, value in (
            ({}, {}, 'visitor-id', visitor),
            ({}, by_data, 'visitor-data', visitor_data),
            ({'visitor_data': 'no id is in this'}, {}, 'visitor-data', 'no id is in this'),
            ({'is_authenticated': True, 'data_sync_id': account}, {}, 'data-sync-id', account),
        ):
            for context, client in (('gvs', 'MWEB'), ('player', 'WEB_REMIX'), ('subs', 'WEB_REMIX')):
                with self.subTest(kind=kind, context=context):
                    # A new run, since yt-dlp keeps a token for the same binding.
                    token, run = random_token(), self.run_of_yt_dlp(**args)
                    self.program.gives(token)
                    request = a_request(context, client, for_session=True, **{'visitor_data': visitor_data, **more})
                    self.assertEqual(run.provider.request_pot(request).po_token, token)
                    call = self.program.calls()[-1]
                    self.assertEqual(call.arguments, ['get', '--json', '--context', context, '--content-binding', kind])
                    self.assertEqual(call.stdin, f'{value}\n')
                    for secret in (value, unquote(value)):
                        self.assertNotIn(secret, run.log.text())

    def test_a_proxy_does_not_keep_potbridge_from_being_asked(self):
        run = self.run_of_yt_dlp()
        for more in ({'request_proxy': 'socks5h://127.0.0.1:9'}, {'request_proxy': 'odd://x'},
                     {'request_source_address': '127.0.0.2'}, {'request_verify_tls': False}):
            with self.subTest(**more):
                token = random_token()
                self.program.gives(token)
                self.assertEqual(run.token(a_request(**more)), token)

    def test_unbound_tokens_and_other_clients_are_left_to_others(self):
        run = self.run_of_yt_dlp()
        for request in (
            a_request(client='ANDROID'),
            a_request(for_session=True, visitor_data=None),
            a_request(for_session=True, is_authenticated=True, data_sync_id=None),
            a_request(video_id='--help'),
        ):
            self.assertEqual(run.token(request), run.other.token)
        self.assertEqual(self.program.calls(), [])
        self.assertEqual(run.log.warnings, [])

    def test_potbridge_is_asked_before_bgutils_providers(self):
        run, token = self.run_of_yt_dlp(), random_token()
        self.program.gives(token)
        self.assertEqual(run.token(a_request()), token)
        self.assertEqual(run.other.asked, 0)


class Answers(Case):
    def test_yt_dlp_keeps_a_token_for_all_formats_of_a_video(self):
        run, token, video = self.run_of_yt_dlp(), random_token(), random_video()
        self.program.gives(token, video_id=video)
        for context in ('player', 'gvs', 'gvs', 'subs'):
            self.assertEqual(run.token(a_request(context, video_id=video)), token)
        self.assertEqual(len(self.program.calls()), 1)

    def test_a_token_expires_with_its_freshness_or_its_life(self):
        run, now = self.run_of_yt_dlp(), time.time()
        hour, ms = 3600, 1000
        for fresh, expires, expected in ((3, 9, 3), (-1, 5, 5)):
            self.program.gives(
                random_token(), fresh_until=round((now + fresh * hour) * ms), expires_at=round((now + expires * hour) * ms))
            self.assertEqual(run.provider.request_pot(a_request()).expires_at, int(now + expected * hour))
        self.program.gives(random_token(), fresh_until=1, expires_at=2)
        with self.assertRaisesRegex(PoTokenProviderRejectedRequest, 'too old'):
            run.provider.request_pot(a_request())
        self.program.gives(random_token(), fresh_until=None, expires_at=None)
        self.assertIsNone(run.provider.request_pot(a_request()).expires_at)

    def test_yt_dlp_never_shows_the_token(self):
        run, token = self.run_of_yt_dlp(youtube={'pot_trace': ['true']}), random_token()
        self.program.gives(token)
        self.assertEqual(run.token(a_request()), token)
        self.assertIn('PO Token response from "potbridge" provider', run.log.text())
        self.assertNotIn(token[:20], run.log.text())
        # Not even if yt-dlp cannot use it.
        broken = token[:-7] + '\u00e9'
        self.program.gives(broken)
        self.assertEqual(run.token(a_request()), run.other.token)
        self.assertIn('Invalid PO Token response', run.log.text())
        self.assertNotIn(token[:20], run.log.text())
