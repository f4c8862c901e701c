"""Tries the image against the local stand-in for YouTube, and measures it. For those who work on potbridge.

    container/trial/run chromium                 what docs/SERVERS.md promises
    container/trial/run firefox-esr measure      the table of docs/BROWSER.md

It needs root, podman with the image potbridge:BROWSER, and what `tests/tools/install` installs. No registry and no network but
the loopback is asked. PODMAN may name another podman, with options.
"""

import argparse
import tempfile
from pathlib import Path

from container import Container
from measure import measure
from promises import keep
from stand_in import StandIn


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("browser", choices=["chromium", "firefox-esr"])
    options.add_argument("what", nargs="?", choices=["promises", "measure"], default="promises")
    options.add_argument("--stand-in", type=Path, required=True, help="the program potbridge-stand-in")
    options.add_argument("--plugin", type=Path, required=True, help="potbridge's plugin for yt-dlp")
    options.add_argument("--rest", type=int, default=60, help="for how many seconds an idle browser is measured")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        folder.chmod(0o755)
        stand_in = StandIn(given.stand_in, folder, 120)
        idle = 20 if given.what == "promises" else 3600
        container = Container(f"localhost/potbridge:{given.browser}", stand_in, folder, f"{idle}s")
        container.clear()
        try:
            if given.what == "promises":
                keep(container, stand_in, folder, given.plugin, idle)
            else:
                measure(container, stand_in, given.rest, [1, 4, 20, 100])
        finally:
            container.clear()
            stand_in.close()


main()
