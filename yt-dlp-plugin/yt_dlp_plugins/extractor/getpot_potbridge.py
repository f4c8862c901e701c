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
import typing
import urllib.parse
from collections.abc import Callable, Collection, Iterator

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
_BINDINGS = {
    ContentBindingType.VISITOR_DATA: 'visitor-data',
    ContentBindingType.VISITOR_ID: 'visitor-id',
    ContentBindingType.DATASYNC_ID: 'data-sync-id',
}
# Codes of potbridge's failures, and the exit code of those that mean only that there is no token.
_USAGE = 'usage'
_NOT_A_TOKEN = 'not-a-token'
_CONSENT_NEEDED = 'consent-needed'
_NO_BROWSER = ('no-browser', 'own-browser-failed', 'sandbox-missing')
_EXIT_NOTHING_TO_GIVE = 3
# Seconds.
_MAX_WAIT = 600
# How long potbridge waits for a browser while none is open and none is starting. It is waited for once in a minute.
_WAIT_FOR_BROWSER = 2
# What takes longer is announced: a browser is there.
_QUIET_WAIT = 2.5
# For how many seconds a failure is remembered: yt-dlp asks once for every format, but it may also record for hours.
_MEMORY = 60
# Of how many videos and sessions the token that was given last is remembered.
_MOST_GIVEN = 1000


@dataclasses.dataclass(frozen=True)
class _TokenRequest:
    """What potbridge is asked for: a token for a video, or one that is bound to a visitor or an account."""

    context: str
    video: str | None = None
    # Whether the video is to be played on music.youtube.com.
    music: bool = False
    # Whether the known tokens will not do.
    bypass_cache: bool = False
    # The kind of binding and its value. The value is worth as much as a cookie, so it is never in argv.
    binding: tuple[str, str] | None = dataclasses.field(default=None, repr=False)

    def page(self) -> tuple[str | None, bool]:
        """The page that a browser would play."""
        return self.video, self.music

    def good_for(self) -> tuple:
        """What its token is good for. yt-dlp keeps tokens by that, whatever the context and the client."""
        return self.video, self.binding

    def arguments(self, wait: int, refused: Collection[str]) -> Iterator[str]:
        """The command line. With a `wait` of 0 seconds no browser is asked. Standard input names the `refused` tokens."""
        yield from ('get', '--json', '--context', self.context)
        if refused:
            yield '--refused'
        if self.binding:
            yield from ('--content-binding', self.binding[0])
            return
        if wait:
            yield from ('--wait', str(wait), '--wait-for-browser', str(_WAIT_FOR_BROWSER), '--client', 'yt-dlp')
            if self.bypass_cache:
                yield '--bypass-cache'
            if self.music:
                yield '--music'
        # An id may begin with a hyphen.
        yield f'--video={self.video}'

    def prefix(self) -> str:
        """What a message about it begins with."""
        return f'{self.video}: ' if self.video else ''


class _Recent:
    """What happened within the last minute, each with what is to be known of it."""

    def __init__(self, clock: Callable[[], float]):
        self._clock = clock
        self._until: dict[typing.Any, tuple[float, str]] = {}

    def note(self, what, why: str = 'it was tried a moment ago'):
        self._until[what] = self._clock() + _MEMORY, why

    def why(self, what) -> str | None:
        until, why = self._until.get(what, (0, None))
        if why and self._clock() >= until:
            del self._until[what]
            return None
        return why


class _Response(PoTokenResponse):
    """A response whose token is not shown. yt-dlp prints responses if it traces or cannot use them."""

    def __repr__(self) -> str:
        return f'PoTokenResponse(po_token=<hidden>, expires_at={self.expires_at})'


class _ConsentNeeded(PoTokenProviderError):
    """Nobody has agreed that the browser opens videos. That is told once, whatever the video."""


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
    _clock = staticmethod(time.monotonic)

    # The token that was given last for a video or a session. yt-dlp keeps tokens for as long as its process lives, and each
    # of its runs in there has a provider of its own.
    _given: typing.ClassVar[dict[tuple, str]] = {}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        clock = self._clock
        # The requests that had no token, and why.
        self._failed = _Recent(clock)
        # The pages that a browser was asked to play in vain. It is not asked for their other contexts.
        self._asked_in_vain = _Recent(clock)
        # That there is no browser, nor one of potbridge's own. Then only the tokens that potbridge has are used.
        self._no_browser = _Recent(clock)
        # Why this potbridge is of no use at all.
        self._useless = _Recent(clock)
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
        if re.fullmatch('[0-9]{1,3}', said, re.ASCII) and int(said) <= _MAX_WAIT:
            return int(said)
        self.logger.warning(
            f'youtubepot-potbridge:wait={said} is no number of seconds from 0 to {_MAX_WAIT}: 20 is used', once=True)
        return 20

    def _real_request_pot(self, request: PoTokenRequest) -> PoTokenResponse:
        wanted = self._token_request(request)
        if reason := self._useless.why(self._program) or self._failed.why(wanted):
            raise PoTokenProviderRejectedRequest(reason)
        refused = self._refused_tokens(request, wanted) if wanted.bypass_cache else ()
        try:
            response = self._request_token(wanted, refused)
        except PoTokenProviderRejectedRequest as error:
            self._failed.note(wanted, str(error))
            self.logger.debug(f'{wanted.prefix()}{error}', once=True)
            raise
        except PoTokenProviderError as error:
            reason = str(error)
            self._failed.note(wanted, reason)
            what = _CONSENT_NEEDED if isinstance(error, _ConsentNeeded) else reason
            if what in self._warned:
                raise PoTokenProviderRejectedRequest(reason) from None
            self._warned.add(what)
            raise
        self._remember(wanted, response.po_token)
        return response

    def _remember(self, wanted: _TokenRequest, token: str):
        self._given.pop(wanted.good_for(), None)
        self._given[wanted.good_for()] = token
        while len(self._given) > _MOST_GIVEN:
            self._given.pop(next(iter(self._given)), None)

    def _refused_tokens(self, request: PoTokenRequest, wanted: _TokenRequest) -> tuple[str, ...]:
        """The tokens that yt-dlp has used for what it now bypasses its cache for."""
        if set_by_user := self._take_configured(request):
            return tuple(set_by_user)
        given = self._given.get(wanted.good_for())
        return (given,) if given else ()

    def _take_configured(self, request: PoTokenRequest) -> list[str]:
        """The tokens of --extractor-args for a request.

        yt-dlp uses them before all others, until it bypasses its cache, and again after that. So they are taken away: then it
        uses what it was given instead.
        """
        settings = self.ie.get_param('extractor_args', {}).get('youtube', {})
        items = [(item, *item.partition('+')[::2]) for item in settings.get('po_token') or ()]
        client, context = (request.internal_client_name or '').lower(), request.context.value
        names = (f'{client}.{context}', client if context == 'gvs' else None)
        tokens = [token for _, name, token in items if token and name.lower() in names]
        if tokens:
            settings['po_token'] = [item for item, _, token in items if token not in tokens]
        return tokens

    def _token_request(self, request: PoTokenRequest) -> _TokenRequest:
        # As yt-dlp's cache does, by its own setting: visitor data differ from page to page, the id in them does not.
        by_visitor_id = self.ie._configuration_arg(
            'bind_to_visitor_id', ['true'], ie_key='youtubepot-webpo')[0] == 'true'
        value, kind = get_webpo_content_binding(request, bind_to_visitor_id=by_visitor_id)
        context, bypass_cache = request.context.value, request.bypass_cache
        if not value or not kind:
            raise PoTokenProviderRejectedRequest('yt-dlp does not say what the token is to be bound to')
        if kind in _BINDINGS:
            return _TokenRequest(context, binding=(_BINDINGS[kind], value), bypass_cache=bypass_cache)
        if kind != ContentBindingType.VIDEO_ID or not re.fullmatch('[A-Za-z0-9_-]{11}', value):
            raise PoTokenProviderRejectedRequest(f'potbridge knows no tokens that are for a {kind.value}')
        music = request.innertube_context['client']['clientName'] == 'WEB_REMIX'
        return _TokenRequest(context, video=value, music=music, bypass_cache=bypass_cache)

    def _request_token(self, wanted: _TokenRequest, refused: Collection[str]) -> PoTokenResponse:
        no_browser = wanted.binding or self._no_browser.why(self._program)
        # A token that was refused is another matter than one that did not come.
        in_vain = not wanted.bypass_cache and self._asked_in_vain.why(wanted.page())
        wait = 0 if no_browser or in_vain else self._wait
        if wanted.bypass_cache and not wait and not refused:
            raise PoTokenProviderRejectedRequest('no browser can be asked for a token other than those known')
        try:
            code, printed = self._run(wanted, wait, refused)
        except OSError as error:
            raise self._give_up(f'{self._program} cannot be run: {error.strerror or error}') from None
        except subprocess.TimeoutExpired:
            raise self._give_up(f'{self._program} did not answer within {wait + self._GRACE:g} seconds') from None
        answer = _object(printed)
        if code == 0:
            return _response(wanted, answer, refused)
        if refused and answer.get('code') == _NOT_A_TOKEN:
            # What stood in the settings was none, and can be given to nobody.
            return self._request_token(wanted, ())
        words = _words(answer, wanted)
        if answer.get('code') == _CONSENT_NEEDED:
            # Somebody may agree at any moment. Until then the browser says no at once.
            raise _ConsentNeeded(words, expected=True)
        if wait:
            self._asked_in_vain.note(wanted.page())
            if answer.get('code') in _NO_BROWSER:
                self._no_browser.note(self._program)
        if answer.get('code') == _USAGE:
            raise self._give_up(
                f'{self._program} is too old for this plugin ({__version__}): install a newer potbridge. '
                f'It says: {words}')
        if code == _EXIT_NOTHING_TO_GIVE:
            raise PoTokenProviderRejectedRequest(words or 'potbridge has nothing to give')
        how = f'was ended by signal {-code}' if code < 0 else f'failed with exit code {code}'
        raise PoTokenProviderError(words or f'{self._program} {how} and said nothing', expected=True)

    def _give_up(self, reason: str) -> PoTokenProviderError:
        self._useless.note(self._program, reason)
        return PoTokenProviderError(reason, expected=True)

    def _run(self, wanted: _TokenRequest, wait: int, refused: Collection[str]) -> tuple[int, str]:
        """Runs potbridge. Gives its exit code and what it printed."""
        said = [*(wanted.binding or ())[1:], *refused]
        process = Popen(
            [self._program, *wanted.arguments(wait, refused)], text=True,
            stdin=subprocess.PIPE if said else subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            # In a process group of its own, so that its children can be killed too.
            start_new_session=os.name == 'posix')
        with process:
            try:
                limit = wait + self._GRACE
                given = ''.join(f'{line}\n' for line in said) or None
                try:
                    printed, _ = process.communicate(given, timeout=min(_QUIET_WAIT, limit))
                except subprocess.TimeoutExpired:
                    if limit <= _QUIET_WAIT:
                        raise
                    if wait:
                        self.logger.info(f'{wanted.prefix()}Waiting for your browser to play it')
                    printed, _ = process.communicate(timeout=limit - _QUIET_WAIT)
            except BaseException:  # KeyboardInterrupt too
                _end(process)
                raise
        return process.returncode, printed


@register_preference(PotbridgePTP)
def before_imitations(provider: PoTokenProvider, request: PoTokenRequest) -> int:
    """Asks potbridge before bgutil's providers, whose preference is at most 130 (2.0.2).

    A token of a real player, in the session of the user's cookies, is worth more than one of an imitated attestation.
    If no browser is open, potbridge says so after two seconds, and is not asked for one again. So it costs the others little
    to be asked later.
    """
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


def _object(printed: str) -> dict:
    """The object that `potbridge get --json` printed; an empty one if it printed something else."""
    try:
        answer = json.loads(printed)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _response(wanted: _TokenRequest, answer: dict, refused: Collection[str]) -> PoTokenResponse:
    """The response for a token that potbridge gave. The times in its answer are milliseconds since 1970."""
    token, video = answer.get('token'), answer.get('video_id')
    times = [answer[key] for key in ('fresh_until', 'expires_at') if answer.get(key) is not None]
    if not token or not isinstance(token, str) or not all(isinstance(ms, int) for ms in times):
        raise PoTokenProviderError('what potbridge printed is no answer that this plugin knows')
    if wanted.video and video and video != wanted.video:
        raise PoTokenProviderError(f'potbridge was asked for {wanted.video} and gave a token for another video')
    if token in refused:
        raise PoTokenProviderRejectedRequest('potbridge has only the token that was refused')
    # Between the two times a token still works, and it is the best that potbridge has.
    to_come = [ms // 1000 for ms in times if ms // 1000 > time.time()]
    if times and not to_come:
        raise PoTokenProviderRejectedRequest('the token that potbridge has is too old')
    return _Response(token, expires_at=to_come[0] if to_come else None)


def _words(failure: dict, wanted: _TokenRequest) -> str:
    """The message and the hint of a failure, without what could be a token, visitor data, or a terminal's command."""
    text = '; '.join(str(failure[key]) for key in ('message', 'hint') if failure.get(key))
    if wanted.binding:
        for secret in {wanted.binding[1], urllib.parse.unquote(wanted.binding[1])}:
            text = text.replace(secret, '…')
    text = re.sub('[A-Za-z0-9_%=-]{40,}', '…', text)
    return ''.join(character if character.isprintable() else ' ' for character in text)[:500]
