"""A yt-dlp whose token is refused: it asks our plugin again and again, past its own cache.

Standard input is an object: `environment`, the variables of potbridge; `plugins`, the folder with the plugin's; `program`,
the potbridge; `video`; `asks`, how often it asks. It prints a list of what it got.
"""

import json
import os
import sys

import yt_dlp
import yt_dlp.globals
from yt_dlp.extractor.youtube.pot._director import initialize_pot_director
from yt_dlp.extractor.youtube.pot.provider import PoTokenContext, PoTokenRequest
from yt_dlp.plugins import load_all_plugins

said = json.load(sys.stdin)
os.environ.update(said['environment'])
yt_dlp.globals.plugin_dirs.value = [said['plugins']]
load_all_plugins()
with yt_dlp.YoutubeDL({
    'quiet': True,
    'extractor_args': {'youtubepot-potbridge': {'program': [said['program']]}},
}) as ydl:
    director = initialize_pot_director(ydl.get_info_extractor('Youtube'))
    tokens = [
        director.get_po_token(PoTokenRequest(
            context=PoTokenContext.GVS, innertube_context={'client': {'clientName': 'MWEB'}}, internal_client_name='mweb',
            video_id=said['video'], _gvs_bind_to_video_id=True, bypass_cache=asked > 0))
        for asked in range(said['asks'])
    ]
print(json.dumps(tokens))
