"""What the real host prints, from the snapshots that the host's own tests compare with the program."""

import dataclasses
import json
import re

from .yt_dlp_run import WORKSPACE

SNAPSHOTS = WORKSPACE / 'host/tests/snapshots'


@dataclasses.dataclass(frozen=True)
class Failure:
    """A failure of `potbridge get --json`."""

    printed: str
    exit_code: int

    @property
    def message(self) -> str:
        return json.loads(self.printed)['message']

    @property
    def words(self) -> str:
        """As the plugin shows it."""
        return f"{self.message}; {json.loads(self.printed)['hint']}"

    def with_message(self, message: str) -> 'Failure':
        """The same failure in other words."""
        return Failure(json.dumps({**json.loads(self.printed), 'message': message}), self.exit_code)

    def with_code(self, code: str, exit_code: int) -> 'Failure':
        """The same words for another failure."""
        return Failure(json.dumps({**json.loads(self.printed), 'code': code}), exit_code)


def failures_of_get() -> dict[str, Failure]:
    """Every failure of `potbridge get --json` in the snapshots, by its code."""
    failures = {}
    for snapshot in sorted(SNAPSHOTS.glob('*.txt')):
        pattern = r'^\$ potbridge get .*\n\[stdout\]\n({"ok":false,.*})\n\[exit code (\d)\]$'
        for printed, code in re.findall(pattern, snapshot.read_text(), re.MULTILINE):
            failures[json.loads(printed)['code']] = Failure(printed, int(code))
    return failures


def help_of_get() -> str:
    """What `potbridge get --help` prints."""
    text = (SNAPSHOTS / 'help.txt').read_text()
    return text.partition('$ potbridge get --help\n')[2].partition('\n$ ')[0]
