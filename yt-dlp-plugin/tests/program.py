"""A program `potbridge` that records its calls, and answers as a test tells it."""

import base64
import dataclasses
import json
import os
import secrets
import shlex
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .host_snapshots import Failure

SCRIPT = """#!/bin/sh
cd {folder} || exit 70
call=calls/$(printf %03d "$(ls calls | wc -l)")
mkdir "$call"
printf '%s\\0' "$@" >"$call/arguments"
cat >"$call/stdin"
. ./conduct
cat printed
exit {code}
"""


@dataclasses.dataclass
class Call:
    arguments: list[str]
    stdin: str


class Program:
    def __init__(self, folder: Path):
        self.path = folder / 'potbridge'
        self.folder = folder / 'potbridge.notes'
        (self.folder / 'calls').mkdir(parents=True)
        self.answers(code=70)

    def answers(self, *, code: int = 0, printed: str = '', conduct: str = ''):
        """Sets the answer to every later call. `conduct` is a shell script that runs before it answers."""
        for name, text in {'printed': printed, 'conduct': conduct}.items():
            (self.folder / name).write_text(text)
        self.path.write_text(SCRIPT.format(folder=shlex.quote(str(self.folder)), code=code))
        self.path.chmod(0o755)

    def fails(self, failure: 'Failure'):
        self.answers(code=failure.exit_code, printed=failure.printed)

    def gives(self, token: str, *, conduct: str = '', **more):
        """Answers with a token as `potbridge get --json` prints it, with more fields than the plugin reads."""
        now = round(time.time() * 1000)
        times = {'captured_at': now, 'fresh_until': now + 6 * 3_600_000, 'expires_at': now + 12 * 3_600_000}
        answer = {'ok': True, 'token': token, 'session': {'profile': 'p'}, 'context': 'gvs', 'video_id': None, **times, **more}
        self.answers(printed=json.dumps(answer), conduct=conduct)

    def calls(self) -> list[Call]:
        return [
            Call((call / 'arguments').read_text().split('\0')[:-1], (call / 'stdin').read_text())
            for call in sorted((self.folder / 'calls').iterdir())
        ]


def random_token() -> str:
    """In the shape of a real one: base64url of 0x32, a length, and so many bytes."""
    return base64.urlsafe_b64encode(bytes([0x32, 88]) + os.urandom(88)).decode()


def random_video() -> str:
    return secrets.token_urlsafe(8)


def random_visitor() -> tuple[str, str]:
    """A visitor's id, and visitor data that hold it, percent-encoded as yt-dlp has them."""
    visitor = 'V' + secrets.token_hex(5)
    data = bytes([10, 11]) + visitor.encode() + bytes([40]) + os.urandom(18)
    return visitor, base64.urlsafe_b64encode(data).decode().replace('=', '%3D')
