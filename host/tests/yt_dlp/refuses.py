"""A yt-dlp whose token is refused: it asks its plugins again and again, past its own cache.

Its argument is a file with an object: `environment`, the variables of potbridge; `arguments`, the command line; `config`,
what it reads on its standard input; `video`; `bypass`, of each time that it asks, whether it does so past its cache. It prints a
list of what it got, and nothing else: what yt-dlp says goes to standard error.
"""

import contextlib
import io
import json
import os
import sys
from pathlib import Path

import yt_dlp
import yt_dlp.globals
from yt_dlp.extractor.youtube.pot._director import initialize_pot_director
from yt_dlp.extractor.youtube.pot.provider import PoTokenContext, PoTokenRequest
from yt_dlp.plugins import load_all_plugins

said = json.loads(Path(sys.argv[1]).read_text())
os.environ.update(said['environment'])
sys.stdin = io.StringIO(said['config'])
parsed = yt_dlp.parse_options(said['arguments'])
# As its main program does.
yt_dlp.globals.plugin_dirs.value = parsed.options.plugin_dirs
load_all_plugins()
with contextlib.redirect_stdout(sys.stderr), yt_dlp.YoutubeDL({**parsed.ydl_opts, 'forceprint': {}}) as ydl:
    director = initialize_pot_director(ydl.get_info_extractor('Youtube'))
    tokens = [
        director.get_po_token(PoTokenRequest(
            context=PoTokenContext.GVS, innertube_context={'client': {'clientName': 'MWEB'}}, internal_client_name='mweb',
            video_id=said['video'], _gvs_bind_to_video_id=True, bypass_cache=bypass))
        for bypass in said['bypass']
    ]
print(json.dumps(tokens))
