# SPDX-License-Identifier: MIT OR Apache-2.0
"""Gives yt-dlp the PO tokens that YouTube's own player made in the user's browser, by the program `potbridge`.

yt-dlp describes what such a plugin is in yt_dlp/extractor/youtube/pot/README.md. Only Python's standard library and
yt-dlp itself are used, since a standalone yt-dlp has nothing else.
"""

from __future__ import annotations

__version__ = '0.1.0'

import contextlib
import dataclasses
import functools
import json
import os
import re
import signal
import subprocess
import time
import urllib.parse
from collections.abc import Iterator

from yt_dlp.extractor.youtube.pot.provider import (
    PoTokenContext,
    PoTokenProvider,
    PoTokenProviderError,
    PoTokenProviderRejectedRequest,
    PoTokenRequest,
    PoTokenResponse,
    register_preference,
    register_provider,
)
from yt_dlp.extractor.youtube.pot.utils import WEBPO_CLIENTS, ContentBindingType, get_webpo_content_binding
from yt_dlp.utils import Popen

# The words of `potbridge get --content-binding`.
_SESSIONS = {
    ContentBindingType.VISITOR_DATA: 'visitor-data',
    ContentBindingType.VISITOR_ID: 'visitor-id',
    ContentBindingType.DATASYNC_ID: 'data-sync-id',
}
# potbridge's exit codes.
_DONE, _WRONG_COMMAND_LINE, _NOTHING_TO_GIVE = 0, 2, 3
# potbridge's code for a failure that concerns every video: no browser could be asked.
_NO_BROWSER = 'no-browser'
# Seconds.
_LONGEST_WAIT = 600
_WORTH_A_WORD = 1.0


@dataclasses.dataclass(frozen=True)
class _Ask:
    """What potbridge is asked for: a token for a video or of a session."""

    context: str
    video: str | None = None
    # Whether it is to be played on music.youtube.com.
    music: bool = False
    # The word for the kind of it and the value, which is worth as much as a cookie: never in argv.
    session: tuple[str, str] | None = dataclasses.field(default=None, repr=False)

    def arguments(self, wait: int) -> Iterator[str]:
        """The command line; with a `wait` of 0 seconds no browser is asked."""
        yield from ('get', '--json', '--context', self.context)
        if self.session:
            yield from ('--content-binding', self.session[0])
            return
        if wait:
            yield from ('--wait', str(wait), '--client', 'yt-dlp')
            if self.music:
                yield '--music'
        # An id may begin with a hyphen.
        yield f'--video={self.video}'

    def in_words(self) -> str:
        return f'{self.video}: ' if self.video else ''


class _Answer(PoTokenResponse):
    """yt-dlp prints responses where it traces or cannot use them."""

    def __repr__(self) -> str:
        return f'PoTokenResponse(po_token=<hidden>, expires_at={self.expires_at})'


@register_provider
class PotbridgePTP(PoTokenProvider):
    PROVIDER_NAME = 'potbridge'
    PROVIDER_VERSION = __version__
    BUG_REPORT_LOCATION = 'the place that you have potbridge from'
    _SUPPORTED_CONTEXTS = (PoTokenContext.GVS, PoTokenContext.PLAYER, PoTokenContext.SUBS)
    _SUPPORTED_CLIENTS = WEBPO_CLIENTS
    # The plugin sends no request that would have to go by yt-dlp's proxy.
    _SUPPORTED_EXTERNAL_REQUEST_FEATURES = None

    # How many seconds potbridge may need beyond those that it waits for a browser.
    _GRACE = 5.0

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # yt-dlp asks once for every format, so what failed is remembered for the run: each ask that had no answer, …
        self._refused: dict[_Ask, str] = {}
        # … the videos of which a browser was asked for one in vain, so that for their other contexts it is not, …
        self._asked_in_vain: set[tuple[str | None, bool]] = set()
        # … whether no browser is open, so that only stored tokens are used, …
        self._no_browser = False
        # … and why this potbridge is of no use at all.
        self._useless: str | None = None
        self._warned: set[str] = set()

    def is_available(self) -> bool:
        return self._program is not None

    @functools.cached_property
    def _program(self) -> str | None:
        # yt-dlp has taken the value for a list.
        named = ','.join(self._configuration_arg('program', casesense=True))
        if not named:
            return _find('potbridge')
        found = _find(named)
        if not found:
            self.logger.warning(
                f'there is no program {named!r}, which youtubepot-potbridge:program names', once=True)
        return found

    @functools.cached_property
    def _wait(self) -> int:
        """For how many seconds a browser may try to get a token."""
        said = self._configuration_arg('wait', default=['20'])[0]
        if re.fullmatch('[0-9]{1,3}', said, re.ASCII) and int(said) <= _LONGEST_WAIT:
            return int(said)
        self.logger.warning(
            f'youtubepot-potbridge:wait={said} is no number of seconds from 0 to {_LONGEST_WAIT}: 20 it is', once=True)
        return 20

    def _real_request_pot(self, request: PoTokenRequest) -> PoTokenResponse:
        ask = self._ask(request)
        if reason := self._useless or self._refused.get(ask):
            raise PoTokenProviderRejectedRequest(reason)
        try:
            return self._request(ask)
        except PoTokenProviderRejectedRequest as error:
            self._refused[ask] = str(error)
            self.logger.debug(f'{ask.in_words()}{error}', once=True)
            raise
        except PoTokenProviderError as error:
            reason = self._refused[ask] = str(error)
            if reason in self._warned:
                raise PoTokenProviderRejectedRequest(reason) from None
            self._warned.add(reason)
            raise

    def _ask(self, request: PoTokenRequest) -> _Ask:
        # As yt-dlp's cache does, by its own setting: visitor data differ from page to page, the id in them does not.
        by_visitor_id = self.ie._configuration_arg(
            'bind_to_visitor_id', ['true'], ie_key='youtubepot-webpo')[0] == 'true'
        value, kind = get_webpo_content_binding(request, bind_to_visitor_id=by_visitor_id)
        context = request.context.value
        if not value or not kind:
            raise PoTokenProviderRejectedRequest('yt-dlp does not say what the token is to be bound to')
        if kind in _SESSIONS:
            return _Ask(context, session=(_SESSIONS[kind], value))
        if kind != ContentBindingType.VIDEO_ID or not re.fullmatch('[A-Za-z0-9_-]{11}', value):
            raise PoTokenProviderRejectedRequest(f'potbridge knows no tokens that are for a {kind.value}')
        return _Ask(context, video=value, music=request.innertube_context['client']['clientName'] == 'WEB_REMIX')

    def _request(self, ask: _Ask) -> PoTokenResponse:
        page = (ask.video, ask.music)
        wait = 0 if ask.session or self._no_browser or page in self._asked_in_vain else self._wait
        try:
            code, printed, said = self._run(ask, wait)
        except OSError as error:
            raise self._give_up(f'{self._program} cannot be run: {error.strerror or error}') from None
        except subprocess.TimeoutExpired:
            raise self._give_up(f'{self._program} did not answer within {wait + self._GRACE:g} seconds') from None
        if code == _DONE:
            return _response(ask, printed)
        if wait:
            self._asked_in_vain.add(page)
        failure = _failure(printed)
        if code == _WRONG_COMMAND_LINE:
            words = _shown(failure.words or said.strip().partition('\n')[0], ask)
            raise self._give_up(
                f'{self._program} is too old for this plugin ({__version__}): install a newer potbridge. It says: {words}')
        words = _shown(failure.words or said.strip().rpartition('\n')[2], ask)
        if code == _NOTHING_TO_GIVE:
            self._no_browser = self._no_browser or failure.code == _NO_BROWSER
            raise PoTokenProviderRejectedRequest(words or 'potbridge has nothing to give')
        how = f'was ended by signal {-code}' if code < 0 else f'failed with exit code {code}'
        raise PoTokenProviderError(words or f'{self._program} {how} and said nothing', expected=True)

    def _give_up(self, reason: str) -> PoTokenProviderError:
        self._useless = reason
        return PoTokenProviderError(reason, expected=True)

    def _run(self, ask: _Ask, wait: int) -> tuple[int, str, str]:
        """Runs potbridge. Returns its exit code, its standard output and its standard error."""
        process = Popen(
            [self._program, *ask.arguments(wait)], text=True,
            stdin=subprocess.PIPE if ask.session else subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            # A group of its own, so that all of it can be ended.
            start_new_session=os.name == 'posix')
        with process:
            try:
                limit = wait + self._GRACE
                given = f'{ask.session[1]}\n' if ask.session else None
                try:
                    printed, said = process.communicate(given, timeout=min(_WORTH_A_WORD, limit))
                except subprocess.TimeoutExpired:
                    if limit <= _WORTH_A_WORD:
                        raise
                    if wait:
                        self.logger.info(f'{ask.in_words()}Waiting for your browser to play it')
                    printed, said = process.communicate(timeout=limit - _WORTH_A_WORD)
            except BaseException:  # KeyboardInterrupt too
                _end(process)
                raise
        return process.returncode, printed, said


@register_preference(PotbridgePTP)
def before_imitations(provider: PoTokenProvider, request: PoTokenRequest) -> int:
    """Before bgutil's providers, which have at most 130 (2.0.2): the token of a real player, in the session that the
    user's cookies are from, is worth more than one made by an attestation of its own; and potbridge says within
    milliseconds where no browser is there, so that asking it first costs the others nothing."""
    return 200


def _find(program: str) -> str | None:
    """The absolute path of a program: a path as it is, a name on PATH or where `potbridge-setup install` puts it."""
    program = os.path.expanduser(program)
    if os.path.dirname(program):
        folders = ['']
    else:
        # Not by shutil.which: on Windows that looks into the working folder first.
        folders = [*os.environ.get('PATH', '').split(os.pathsep), os.environ.get('XDG_BIN_HOME') or '',
                   os.path.expanduser(os.path.join('~', '.local', 'bin'))]
        folders = filter(os.path.isabs, folders)
    suffixes = ('', '.exe') if os.name == 'nt' else ('',)
    for folder in folders:
        for suffix in suffixes:
            path = os.path.abspath(os.path.join(folder, program + suffix))
            if os.path.isfile(path) and os.access(path, os.X_OK):
                return path
    return None


def _end(process: Popen) -> None:
    if process.returncode is None:
        if os.name == 'posix':
            with contextlib.suppress(OSError):
                os.killpg(process.pid, signal.SIGKILL)
        process.kill(timeout=None)


def _response(ask: _Ask, printed: str) -> PoTokenResponse:
    """Reads the answer of `potbridge get --json`, whose times are in milliseconds since 1970."""
    try:
        answer = json.loads(printed)
        token, video = answer['token'], answer.get('video_id')
        times = [answer[key] // 1000 for key in ('fresh_until', 'expires_at') if answer.get(key) is not None]
    except (ValueError, TypeError, KeyError, AttributeError):
        token = None
    if not token or not isinstance(token, str):
        raise PoTokenProviderError('what potbridge printed is no answer that this plugin knows')
    if ask.video and video and video != ask.video:
        raise PoTokenProviderError(f'potbridge was asked for {ask.video} and gave a token for another video')
    # A token between the two times is still accepted. If potbridge gives it, it has no better one.
    still = [end for end in times if end > time.time()]
    if times and not still:
        raise PoTokenProviderRejectedRequest('the token that potbridge has is too old')
    return _Answer(token, expires_at=still[0] if still else None)


@dataclasses.dataclass(frozen=True)
class _Failure:
    """Why potbridge has no token: its code, and its message with its hint."""

    code: str = ''
    words: str = ''


def _failure(printed: str) -> _Failure:
    """Reads a failure of `potbridge get --json`: an object with `code`, `message` and `hint`."""
    try:
        answer = json.loads(printed)
        parts = [answer['message'], *filter(None, [answer.get('hint')])]
        return _Failure(str(answer['code']), '; '.join(map(str, parts)))
    except (ValueError, TypeError, KeyError, AttributeError):
        return _Failure()


def _shown(text: str, ask: _Ask) -> str:
    """What potbridge said, without what could be a token, visitor data, or a terminal's command."""
    text = text.strip().removeprefix('potbridge: ')
    if ask.session:
        for secret in {ask.session[1], urllib.parse.unquote(ask.session[1])}:
            text = text.replace(secret, '…')
    text = re.sub('[A-Za-z0-9_%=-]{40,}', '…', text)
    return ''.join(character if character.isprintable() else ' ' for character in text)[:500]
