"""UMP, in which media hosts answer: parts, each with its type and size (googlevideo's `ump.md`)."""

from __future__ import annotations

from collections.abc import Iterator

MEDIA_HEADER = 20
MEDIA = 21
MEDIA_END = 22
NEXT_REQUEST_POLICY = 35
FORMAT_INITIALIZATION_METADATA = 42
STREAM_PROTECTION_STATUS = 58


def parts(answer: bytes) -> Iterator[tuple[int, bytes]]:
    """The parts of an answer, each with its type."""
    at = 0
    while at < len(answer):
        kind, at = _number(answer, at)
        size, at = _number(answer, at)
        yield kind, answer[at:at + size]
        at += size


def _number(answer: bytes, at: int) -> tuple[int, int]:
    """UMP's own form of a number: the ones at the top of the first byte tell how many bytes follow it."""
    first = answer[at]
    more = next((count for count in range(4) if not first & 0x80 >> count), 4)
    if more == 4:
        return int.from_bytes(answer[at + 1:at + 5], 'little'), at + 5
    bits = 7 - more
    value = first & (1 << bits) - 1
    value |= int.from_bytes(answer[at + 1:at + 1 + more], 'little') << bits
    return value, at + 1 + more
