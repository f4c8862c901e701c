"""The image, run as compose.yaml runs it, with its browser led to the stand-in."""

import os
import re
import shlex
import signal
import socket
import subprocess
import time
from pathlib import Path

FOLDER = Path(__file__).parents[1]
NAME = "potbridge-trial"

# Firefox looks for what the stand-in has not, and pins what Mozilla's own sites show.
PREFERENCES = {
    "network.captive-portal-service.enabled": "false", "network.connectivity-service.enabled": "false",
    "network.trr.mode": "5", "security.cert_pinning.enforcement_level": "0", "services.settings.server": '"data:,"',
}


def podman(*arguments, **options):
    """Runs podman, or what the variable PODMAN names, and returns what it prints."""
    program = shlex.split(os.environ.get("PODMAN", "podman"))
    done = subprocess.run([*program, *map(str, arguments)], stdout=subprocess.PIPE, text=True, check=True, **options)
    return done.stdout.strip()


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


class Container:
    def __init__(self, image: str, stand_in, folder: Path, idle: str):
        self.image, self.stand_in, self.folder, self.port = image, stand_in, folder, free_port()
        self.firefox = "firefox" in image
        lead = [f"--ignore-certificate-errors-spki-list={stand_in.key}"]
        config = (FOLDER / "config.toml").read_text()
        # The network is the machine's own, so that the stand-in on its loopback is reached.
        config = config.replace("0.0.0.0:4416", f"127.0.0.1:{self.port}")
        config += f'idle = "{idle}"\nproxy = "http://{stand_in.address}"\n'
        config += "" if self.firefox else f"extra_args = {lead}\n".replace("'", '"')
        (folder / "config.toml").write_text(config)

    def _trust(self):
        """Has Firefox trust the stand-in's CA, which no argument and no preference can say."""
        profile = self.state() / "browser/firefox"
        profile.mkdir(parents=True)
        lines = [f'user_pref("{name}", {value});\n' for name, value in PREFERENCES.items()]
        (profile / "prefs.js").write_text("".join(lines))
        certificate = self.folder / "stand-in.pem"
        certificate.write_text(self.stand_in.ca)
        database = ["-d", f"sql:{profile}"]
        subprocess.run(["certutil", "-N", "--empty-password", *database], check=True)
        subprocess.run(["certutil", "-A", "-n", "stand-in", "-t", "C,,", "-i", certificate, *database], check=True)
        user = [int(number) for number in podman("inspect", "--type=image", "--format={{.Config.User}}", self.image).split(":")]
        for path in (profile.parent, profile, *profile.iterdir()):
            os.chown(path, *user)
            path.chmod(0o700)

    def start(self):
        """Starts it, with the state that it had, and waits until the server answers."""
        compose = (FOLDER / "compose.yaml").read_text()
        memory = re.search(r"mem_limit: (\d+)m", compose)[1]
        options = ["--network=host", "--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges",
                   f"--memory={memory}m", "--tmpfs=/tmp", f"--volume={NAME}:/var/lib/potbridge",
                   f"--security-opt=seccomp={FOLDER / 'seccomp.json'}"]
        options.append(f"--volume={self.folder / 'config.toml'}:/etc/potbridge/config.toml:ro")
        if self.firefox and podman("volume", "ls", "--quiet", f"--filter=name={NAME}") == "":
            podman("run", "--rm", "--network=none", f"--volume={NAME}:/var/lib/potbridge", self.image, "status")
            self._trust()
        podman("run", "--detach", f"--name={NAME}", *options, self.image)
        self.main = int(podman("inspect", "--format={{.State.Pid}}", NAME))
        groups = Path(f"/proc/{self.main}/cgroup").read_text().splitlines()
        path = next(line.split(":", 2)[2] for line in groups if ":memory:" in line or line.startswith("0::"))
        self.group = Path("/sys/fs/cgroup/memory" + path)
        if not self.group.is_dir():
            self.group = Path("/sys/fs/cgroup" + path)
        self.accounting = Path(str(self.group).replace("/memory/", "/cpuacct/", 1))
        end = time.monotonic() + 20
        while self._exec("healthy").returncode:
            assert time.monotonic() < end, "the server does not answer"
            time.sleep(0.05)
        self.url = self._exec("potbridge", "serve", "--print-url").stdout.strip()

    def _exec(self, *command):
        program = shlex.split(os.environ.get("PODMAN", "podman"))
        return subprocess.run([*program, "exec", NAME, *command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run(self, *command):
        """What a command in the container prints."""
        done = self._exec(*command)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def processes(self):
        """The processes of the container, but for podman's own, as (pid on this machine, its parent's, arguments)."""
        found = []
        for file in self.group.rglob("cgroup.procs"):
            for pid in file.read_text().split():
                try:
                    state, parent = Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()[:2]
                    words = Path(f"/proc/{pid}/cmdline").read_text().rstrip("\0").split("\0")
                except OSError:
                    continue
                found.append((int(pid), int(parent), ["zombie"] if state == "Z" else words))
        return [one for one in found if "conmon" not in one[2][0] and "runc" not in one[2][0]]

    def browsers(self):
        """The main process of each browser, and not what it has forked and not started yet."""
        name = "firefox-esr" if self.firefox else "chromium/chromium"
        found = {pid: parent for pid, parent, words in self.processes() if words[0].endswith(name)
                 and not any(word.startswith("--type=") or word == "-contentproc" for word in words)}
        return [pid for pid, parent in found.items() if parent not in found]

    def watchdogs(self):
        return [pid for pid, _, words in self.processes() if words[0].endswith("potbridge") and "watchdog" in words[-1]]

    def state(self):
        """The folder of the state, on this machine."""
        return Path(podman("volume", "inspect", "--format={{.Mountpoint}}", NAME))

    def stop(self):
        """Ends it as `docker stop` does. Returns its exit code and how long that took."""
        began = time.monotonic()
        podman("stop", "--time=30", NAME, stderr=subprocess.DEVNULL)
        took = time.monotonic() - began
        code = int(podman("inspect", "--format={{.State.ExitCode}}", NAME))
        podman("rm", NAME)
        return code, took

    def clear(self):
        """Removes what is left of it, with its state."""
        podman("rm", "--force", "--time=10", "--ignore", NAME)
        podman("volume", "rm", "--force", NAME)


def kill(pid: int):
    os.kill(pid, signal.SIGKILL)
