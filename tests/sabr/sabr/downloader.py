"""yt-dlp's downloader of SABR."""

from __future__ import annotations

import os

from yt_dlp import downloader
from yt_dlp.downloader.common import FileDownloader
from yt_dlp.networking import Request
from yt_dlp.utils import DownloadError

from .extractor import PROTOCOL
from .stream import PoTokenError, Stream


class SabrFD(FileDownloader):
    def real_download(self, filename, info_dict):
        sabr = info_dict['_sabr']
        fetch = sabr['fetch_po_token']

        def post(number: int, body: bytes) -> bytes:
            url = f'{info_dict["url"]}&rn={number}'
            headers = {'content-type': 'application/x-protobuf', 'accept': 'application/vnd.yt-ump'}
            return self.ydl.urlopen(Request(url, data=body, headers=headers)).read()

        stream = Stream(
            sabr['format'], sabr['ustreamer_config'], sabr['client'], post,
            lambda bypass_cache: fetch(required=True, bypass_cache=bypass_cache), po_token=fetch(required=True))
        part = self.temp_name(filename)
        self.report_destination(filename)
        loaded = 0
        # As the branch does, which loads several formats at once: so lines of progress bear a number.
        self._prepare_multiline_status(2)
        progress = {'filename': filename, 'tmpfilename': part, 'total_bytes': info_dict['filesize']}
        with open(part, 'wb') as file:
            try:
                for segment in stream.segments():
                    file.write(segment)
                    loaded += len(segment)
                    self._hook_progress({**progress, 'status': 'downloading', 'downloaded_bytes': loaded}, info_dict)
            except PoTokenError as error:
                # The branch prints no error.
                self.report_warning(f'[sabr:stream] Got error: {error}. Retrying (5/5)...')
                raise DownloadError(str(error)) from error
        self.try_rename(part, filename)
        size = os.path.getsize(filename)
        self._hook_progress({**progress, 'status': 'finished', 'downloaded_bytes': size}, info_dict)
        return True


def install() -> None:
    downloader.PROTOCOL_MAP[PROTOCOL] = SabrFD
