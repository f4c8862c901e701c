"""Protobuf, as far as SABR's messages need it: numbers, bytes, and messages within messages."""

from __future__ import annotations

from collections.abc import Iterator

VARINT, BYTES = 0, 2
_FIXED = {1: 8, 5: 4}


def encoded(*fields: tuple[int, int | bytes]) -> bytes:
    """A message of these fields, each a tag and a value."""
    message = b''
    for tag, value in fields:
        if isinstance(value, int):
            message += varint(tag << 3 | VARINT) + varint(value)
        else:
            message += varint(tag << 3 | BYTES) + varint(len(value)) + value
    return message


def decoded(message: bytes) -> dict[int, int | bytes]:
    """The fields of a message by their tags; of a repeated one the last."""
    return dict(_fields(message))


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    at = 0
    while at < len(message):
        key, at = _read_varint(message, at)
        kind = key & 7
        if kind == VARINT:
            value, at = _read_varint(message, at)
        else:
            size, at = _read_varint(message, at) if kind == BYTES else (_FIXED[kind], at)
            value, at = message[at:at + size], at + size
        yield key >> 3, value


def varint(value: int) -> bytes:
    parts = bytearray()
    while value > 0x7f:
        parts.append(value & 0x7f | 0x80)
        value >>= 7
    return bytes([*parts, value])


def _read_varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        value |= (byte & 0x7f) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at
