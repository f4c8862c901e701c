"""One format by SABR: requests with what is there, answers with the next segment, and the token that all of them need."""

from __future__ import annotations

import base64
import dataclasses
import enum
from collections.abc import Callable, Iterator

from . import ump
from .protobuf import decoded, encoded

# How often a refused token is replaced for one format.
MOST_RENEWALS = 5


class Protection(enum.IntEnum):
    """What a STREAM_PROTECTION_STATUS says of the token."""

    GOOD = 1
    PENDING = 2
    REFUSED = 3


class PoTokenError(Exception):
    pass


@dataclasses.dataclass
class Format:
    """What the player's answer says of a format."""

    itag: int
    last_modified: int
    xtags: str | None
    is_sound: bool

    def id(self) -> bytes:
        xtags = [(3, self.xtags.encode())] if self.xtags else []
        return encoded((1, self.itag), (2, self.last_modified), *xtags)


@dataclasses.dataclass
class Stream:
    """A format that is loaded, segment by segment."""

    format: Format
    ustreamer_config: bytes
    # YouTube's name and version of the client.
    client: tuple[int, str]
    post: Callable[[int, bytes], bytes]
    # Asks the providers. True: past the cache.
    fetch_po_token: Callable[[bool], str | None]
    po_token: str | None = None
    # Milliseconds of media that are there.
    loaded_ms: int = 0
    next_segment: int = 0
    end_segment: int | None = None
    _renewals: int = 0

    def segments(self) -> Iterator[bytes]:
        """The content of each segment, in order. Raises PoTokenError if no token is good enough."""
        number = 0
        while self.end_segment is None or self.next_segment <= self.end_segment:
            answer = self.post(number, self._request())
            number += 1
            before = self.next_segment
            yield from self._taken(answer)
            if not answer or (self.next_segment == before and self._protection is Protection.GOOD):
                raise PoTokenError('The server sends nothing more')

    def _taken(self, answer: bytes) -> Iterator[bytes]:
        headers, contents = {}, {}
        self._protection = Protection.GOOD
        for kind, content in ump.parts(answer):
            if kind == ump.STREAM_PROTECTION_STATUS:
                self._protection = Protection(decoded(content).get(1, Protection.GOOD))
            elif kind == ump.FORMAT_INITIALIZATION_METADATA:
                self.end_segment = decoded(content).get(4)
            elif kind == ump.MEDIA_HEADER:
                header = decoded(content)
                headers[header.get(1, 0)], contents[header.get(1, 0)] = header, b''
            elif kind == ump.MEDIA:
                contents[content[0]] += content[1:]
            elif kind == ump.MEDIA_END:
                header = headers[content[0]]
                if header.get(9, 0) != self.next_segment or header.get(14) != len(contents[content[0]]):
                    raise ValueError(f'an unexpected segment: {header}')
                self.next_segment += 1
                self.loaded_ms += header.get(12, 0)
                yield contents[content[0]]
        self._renew(self._protection)

    def _renew(self, protection: Protection) -> None:
        if protection is Protection.GOOD:
            return
        if protection is Protection.REFUSED:
            if self._renewals == MOST_RENEWALS:
                provided = ' and the one provided is invalid' if self.po_token else ''
                raise PoTokenError(f'This stream requires a GVS PO Token to continue{provided}')
            self._renewals += 1
        # Past the cache only if there is one that will not do.
        self.po_token = self.fetch_po_token(self.po_token is not None) or self.po_token

    def _request(self) -> bytes:
        state = encoded((28, self.loaded_ms), (40, 1 if self.format.is_sound else 2))
        token = [(2, base64.urlsafe_b64decode(self.po_token))] if self.po_token else []
        number, version = self.client
        context = encoded((1, encoded((16, number), (17, version.encode()))), *token)
        buffered = []
        if self.next_segment:
            buffered.append((3, encoded(
                (1, self.format.id()), (2, 0), (3, self.loaded_ms), (4, 0), (5, self.next_segment - 1))))
        return encoded(
            (1, state), *buffered, (4, self.loaded_ms), (5, self.ustreamer_config),
            (16 if self.format.is_sound else 17, self.format.id()), (19, context))
