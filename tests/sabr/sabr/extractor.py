"""yt-dlp's extractor of YouTube, with the formats that clients are given by SABR, and tokens past the cache."""

from __future__ import annotations

import base64
import dataclasses

from yt_dlp.extractor.youtube import _video
from yt_dlp.utils import mimetype2ext, parse_codecs, traverse_obj

from .stream import Format

PROTOCOL = 'sabr'


def install() -> None:
    extractor = _video.YoutubeIE
    plain = extractor._extract_formats_and_subtitles, extractor._get_config_po_token, extractor._fetch_po_token

    def extract_formats_and_subtitles(self, video_id, player_responses, *args, **kwargs):
        *formats, subtitles = plain[0](self, video_id, player_responses, *args, **kwargs)
        yield from formats
        for response in player_responses:
            yield from _formats(response)
        yield subtitles

    def get_config_po_token(self, client, context):
        # Those of the command line count only as long as the cache does.
        return None if getattr(self, '_past_the_cache', False) else plain[1](self, client, context)

    def fetch_po_token(self, client, bypass_cache=False, **kwargs):
        ask = self._pot_director.get_po_token
        self._pot_director.get_po_token = lambda request: ask(dataclasses.replace(request, bypass_cache=bypass_cache))
        try:
            return plain[2](self, client, **kwargs)
        finally:
            self._pot_director.get_po_token = ask

    def fetch_any_po_token(self, *args, bypass_cache=False, **kwargs):
        self._past_the_cache = bypass_cache
        try:
            return fetch(self, *args, bypass_cache=bypass_cache, **kwargs)
        finally:
            self._past_the_cache = False

    fetch = extractor.fetch_po_token
    extractor.fetch_po_token = fetch_any_po_token
    extractor._fetch_po_token = fetch_po_token
    extractor._get_config_po_token = get_config_po_token
    extractor._extract_formats_and_subtitles = extract_formats_and_subtitles


def _formats(response):
    data = response.get('streamingData') or {}
    url = data.get('serverAbrStreamingUrl')
    client = data.get(_video.STREAMING_DATA_CLIENT_NAME)
    if not url or not client:
        return
    config = traverse_obj(response, (
        'playerConfig', 'mediaCommonConfig', 'mediaUstreamerRequestConfig', 'videoPlaybackUstreamerConfig', {str}))
    context = data[_video.STREAMING_DATA_INNERTUBE_CONTEXT]['client']
    for stream in traverse_obj(data, ('adaptiveFormats', lambda _, v: not v.get('url') and v['itag'])):
        kind, _, codecs = stream['mimeType'].partition('; codecs=')
        sound = kind.startswith('audio/')
        yield {
            'format_id': f'{stream["itag"]}-sabr',
            'url': url,
            'protocol': PROTOCOL,
            'ext': mimetype2ext(kind),
            **parse_codecs(codecs.strip('"')),
            'width': stream.get('width'),
            'height': stream.get('height'),
            'fps': stream.get('fps'),
            'tbr': stream['bitrate'] / 1000,
            'filesize': int(stream['contentLength']),
            'format_note': f'{client} SABR',
            '_sabr': {
                'format': Format(stream['itag'], int(stream['lastModified']), stream.get('xtags'), sound),
                'client': (_video.INNERTUBE_CLIENTS[client]['INNERTUBE_CONTEXT_CLIENT_NAME'], context['clientVersion']),
                'ustreamer_config': base64.urlsafe_b64decode(config or ''),
                'fetch_po_token': data[_video.STREAMING_DATA_FETCH_GVS_PO_TOKEN],
            },
        }
