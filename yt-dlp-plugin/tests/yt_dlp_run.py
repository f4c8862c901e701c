"""One run of the real yt-dlp in this process, up to the request for a PO token."""

import tempfile
import unittest
import unittest.mock
from pathlib import Path

import yt_dlp
import yt_dlp.globals
from yt_dlp.extractor.youtube.pot._director import initialize_pot_director
from yt_dlp.extractor.youtube.pot._registry import _pot_providers
from yt_dlp.extractor.youtube.pot.provider import (
    PoTokenContext,
    PoTokenProvider,
    PoTokenRequest,
    PoTokenResponse,
)
from yt_dlp.plugins import load_all_plugins

from .program import Program, random_token, random_video, random_visitor

PLUGIN = Path(__file__).parents[1]
WORKSPACE = PLUGIN.parent

# Only the plugin of this tree, and none that is installed.
yt_dlp.globals.plugin_dirs.value = [str(WORKSPACE)]
load_all_plugins()


class OtherPTP(PoTokenProvider):
    """The provider that is asked if ours has no token. Its preference is the highest of bgutil's."""

    PREFERENCE = 130
    _SUPPORTED_CONTEXTS = None
    _SUPPORTED_CLIENTS = None
    _SUPPORTED_EXTERNAL_REQUEST_FEATURES = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.token = random_token()
        self.asked = 0

    def is_available(self):
        return True

    def _real_request_pot(self, request):
        self.asked += 1
        # Not kept by yt-dlp, so that it asks its providers again.
        return PoTokenResponse(self.token, expires_at=0)


class Log:
    """What yt-dlp shows."""

    def __init__(self):
        self.lines = []
        self.warnings = []

    def debug(self, message):
        self.lines.append(message)

    def warning(self, message):
        self.warnings.append(message)
        self.lines.append(message)

    error = warning

    def text(self) -> str:
        return '\n'.join(self.lines)


class Run:
    def __init__(self, settings: dict[str, str], *, verbose: bool = True, **extractor_args):
        self.log = Log()
        self.ydl = yt_dlp.YoutubeDL({
            'verbose': verbose,
            'logger': self.log,
            # As yt-dlp reads --extractor-args.
            'extractor_args': {
                'youtubepot-potbridge': {key: value.split(',') for key, value in settings.items()},
                **extractor_args,
            },
        }, auto_init='no_verbose_header')
        ie = self.ydl.get_info_extractor('Youtube')
        # Seconds by the plugin's clock.
        self.now = 1000.0
        plugin = _pot_providers.value['Potbridge']
        with unittest.mock.patch.object(plugin, '_clock', staticmethod(lambda: self.now)):
            self.director = initialize_pot_director(ie)
        self.provider = self.director.providers['Potbridge']
        self.other = OtherPTP(ie, self.provider.logger, {})
        self.director.register_provider(self.other)
        self.director.register_preference(
            lambda provider, request: OtherPTP.PREFERENCE if provider is self.other else 0)

    def token(self, request: PoTokenRequest) -> str | None:
        return self.director.get_po_token(request)


def a_request(context='gvs', client='MWEB', *, for_session=False, **more) -> PoTokenRequest:
    """A request with a new video and a new visitor, since yt-dlp keeps tokens as long as this process lives."""
    more.setdefault('video_id', random_video())
    more.setdefault('visitor_data', random_visitor()[1])
    return PoTokenRequest(
        context=PoTokenContext(context),
        innertube_context={'client': {'clientName': client, 'remoteHost': '192.0.2.1'}},
        _gvs_bind_to_video_id=not for_session, **more)


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name).resolve()
        self.program = Program(self.folder)

    def run_of_yt_dlp(self, settings: dict[str, str] | None = None, **more) -> Run:
        run = Run({'program': str(self.program.path), **(settings or {})}, **more)
        self.addCleanup(run.ydl.close)
        return run
