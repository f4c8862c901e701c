"""What a server is promised, tried on the running container."""

import contextlib
import json
import os
import sqlite3
import subprocess
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from container import Container, kill
from stand_in import video_of


def ask(container, video, limit=20):
    """Asks for a video's token as bgutil's plugin does. Returns the seconds that it took."""
    began = time.monotonic()
    body = json.dumps({"content_binding": video}).encode()
    request = urllib.request.Request(f"{container.url}/get_pot", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=limit) as response:
        answer = json.load(response)
    took = time.monotonic() - began
    assert "poToken" in answer, answer.get("error")
    assert video_of(answer["poToken"]) == video, "the token is another video's"
    return took


def wait_until(what, holds, limit):
    began = time.monotonic()
    while not holds():
        assert time.monotonic() < began + limit, f"{what}: not within {limit} s"
        time.sleep(0.1)
    return time.monotonic() - began


def visitor(container):
    """The visitor's cookie as the ended browser has left it. Chromium encrypts it, in the same way each time."""
    name, query = ("cookies.sqlite", "select value from moz_cookies where name = ?") if container.firefox else (
        "Cookies", "select hex(encrypted_value) || value from cookies where name = ?")
    file = next(container.state().rglob(name))
    with contextlib.closing(sqlite3.connect(file)) as cookies:
        values = [row[0] for row in cookies.execute(query, ("VISITOR_INFO1_LIVE",))]
    assert len(values) == 1 and values[0], values
    return values[0]


class Count:
    """Every browser that runs meanwhile."""

    def __init__(self, container):
        self.container, self.seen, self.over = container, set(), threading.Event()

    def __enter__(self):
        self.thread = threading.Thread(target=self._look)
        self.thread.start()
        return self.seen

    def _look(self):
        while not self.over.wait(0.02):
            self.seen.update(self.container.browsers())

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()


def yt_dlp(stand_in, folder: Path, videos, arguments, environment):
    addresses = [f"https://www.youtube.com/watch?v={video}" for video in videos]
    output = str(folder / "%(id)s.%(ext)s")
    subprocess.run(
        ["yt-dlp", "--ignore-config", "--quiet", "--no-check-certificates", "--proxy", f"http://{stand_in.address}",
         "--no-warnings", "--fixup=never", "--format=140", "--extractor-args", "youtube:player_client=mweb",
         "--output", output, *arguments, *addresses],
        check=True, env=os.environ | {"HOME": str(folder)} | environment)
    for video in videos:
        assert (folder / f"{video}.m4a").stat().st_size > 0, video


def bgutils_plugin(container, stand_in, folder, videos):
    arguments = ["--extractor-args", f"youtubepot-bgutilhttp:base_url={container.url}"]
    yt_dlp(stand_in, folder, videos, arguments, {"PYTHONPATH": os.environ["BGUTIL_PLUGIN"]})


def own_plugin(stand_in, folder, videos, plugin):
    """yt-dlp with potbridge's plugin, which calls the program in the container."""
    program = folder / "potbridge"
    program.write_text('#!/bin/sh\nexec ${PODMAN:-podman} exec --interactive potbridge-trial potbridge "$@"\n')
    program.chmod(0o755)
    plugins = folder / "config/yt-dlp/plugins"
    plugins.mkdir(parents=True)
    (plugins / "potbridge.zip").write_bytes(plugin.read_bytes())
    arguments = ["--extractor-args", f"youtubepot-potbridge:program={program}"]
    yt_dlp(stand_in, folder, videos, arguments, {"XDG_CONFIG_HOME": str(folder / "config")})


def keep(container: Container, stand_in, folder: Path, plugin: Path, idle: int):
    """Tries all of it, and prints a line for each."""
    videos = iter(stand_in.videos)

    def take(number):
        return [next(videos) for _ in range(number)]

    def tell(what, seconds=None):
        print(what if seconds is None else f"{what}: {seconds:.2f} s", flush=True)

    container.start()
    assert not container.browsers()
    cold = ask(container, take(1)[0])
    tell("no browser ran; the first token came after", cold)
    quick = cold < 5
    tell("the next ones came after " + ", ".join(f"{ask(container, video):.2f}" for video in take(3)) + " s")
    wait_until("no zombie is left", lambda: ["zombie"] not in [words for *_, words in container.processes()], 10)
    tell(f"processes: {len(container.processes())}, without a zombie")
    for name, download in (("bgutil's plugin", lambda *given: bgutils_plugin(container, *given)),
                           ("potbridge's plugin", lambda *given: own_plugin(*given, plugin))):
        began, place = time.monotonic(), folder / name.split("'")[0]
        place.mkdir()
        download(stand_in, place, take(3))
        tell(f"yt-dlp with {name} downloaded three videos", time.monotonic() - began)

    def at_rest():
        return not container.browsers() and not container.watchdogs()

    tell(f"after {idle} s without a request the browser was gone after", wait_until("idle", at_rest, idle + 30))
    wait_until("only the server and what started it are left", lambda: len(container.processes()) == 3, 10)
    tell(f"what is left: {sorted(' '.join(words) for *_, words in container.processes())}")
    known = visitor(container)
    tell("the next request started it again, and was answered after", ask(container, take(1)[0]))

    for name, victims in (("browser", container.browsers), ("watchdog", container.watchdogs),
                          ("browser and watchdog", lambda: container.browsers() + container.watchdogs())):
        found = victims()
        assert len(found) == 1 + name.count(" and "), (name, found)
        for pid in found:
            kill(pid)
        tell(f"kill -9 of the {name}; the next request was answered after", ask(container, take(1)[0]))
        assert len(container.browsers()) == 1, container.processes()

    code, took = container.stop()
    tell(f"the container was stopped, with the exit code {code}, in", took)
    assert code == 0
    assert visitor(container) == known, "another visitor"
    container.start()
    tell("a new container with the same state answered after", ask(container, take(1)[0]))
    container.run("potbridge", "browser", "end")
    assert at_rest() and visitor(container) == known, "another visitor"
    tell("the visitor's cookie stayed the same all the time")

    four = take(4)
    with Count(container) as seen, ThreadPoolExecutor(100) as clients:
        times = sorted(clients.map(lambda video: ask(container, video, 60), four * 25))
    tell(f"a hundred clients at a cold start, for four videos: the first was answered after {times[0]:.2f} s, the last", times[-1])
    tell(f"browsers meanwhile: {len(seen)}")
    assert len(seen) == 1
    assert quick, "the first token took 5 s or more: is the machine busy with other things?"
