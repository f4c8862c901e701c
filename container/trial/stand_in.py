"""The local YouTube that the container's browser is led to."""

import hashlib
import json
import secrets
import subprocess
import threading
from pathlib import Path


class StandIn:
    """A running `potbridge-stand-in`. It ends with this process, since it reads this process's end of a pipe."""

    def __init__(self, program: Path, folder: Path, videos: int):
        scenario = folder / "scenario.toml"
        self.videos = [secrets.token_urlsafe(8) for _ in range(videos)]
        # An 11-character id has 66 bits, of which YouTube leaves the last two empty.
        self.videos = [video[:10] + "AEIMQUYcgkosw048"[ord(video[10]) % 16] for video in self.videos]
        base = (Path(__file__).parents[2] / "tests/stand-in/scenarios/download.toml").read_text()
        listed = "".join(f'\n[[video]]\nid = "{video}"\ntitle = "{video}"\nseconds = 120\n' for video in self.videos)
        scenario.write_text(base + listed)
        self.process = subprocess.Popen(
            [program, "--scenario", scenario],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        ready = json.loads(self.process.stdout.readline())
        self.address, self.key = ready["address"], ready["spki_sha256"]
        self._lock, self._tokens, self._videos = threading.Lock(), {}, {}
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        for line in self.process.stdout:
            received = json.loads(line)
            playback, video = received["cpn"], received["video_id"]
            with self._lock:
                if playback and video:
                    self._videos[playback] = video
                if received["token_sha256"]:
                    self._tokens.setdefault(received["token_sha256"], set()).add(video or playback)

    def sent(self, video: str, token: str) -> bool:
        """Whether the page of this video has sent this token. Media requests name a playback, others the video of it."""
        with self._lock:
            named = self._tokens.get(hashlib.sha256(token.encode()).hexdigest(), set())
            return video in {self._videos.get(name, name) for name in named}

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=10)
