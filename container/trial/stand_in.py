"""The local YouTube that the container's browser is led to."""

import base64
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
        base = (Path(__file__).parents[2] / "tests/stand-in/scenarios/download.toml").read_text()
        listed = "".join(f'\n[[video]]\nid = "{video}"\ntitle = "{video}"\nseconds = 120\n' for video in self.videos)
        scenario.write_text(base + listed)
        self.process = subprocess.Popen(
            [program, "--scenario", scenario],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        ready = json.loads(self.process.stdout.readline())
        self.address, self.key, self.ca = ready["address"], ready["spki_sha256"], ready["ca_pem"]
        threading.Thread(target=self.process.stdout.read, daemon=True).start()

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=10)


def video_of(token: str) -> str:
    """The video that a token of the stand-in's pages was made for. To everybody else it is opaque."""
    return base64.urlsafe_b64encode(base64.urlsafe_b64decode(token)[-8:]).decode().rstrip("=")
