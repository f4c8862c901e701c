"""How much memory and processor time the container takes: server, browser, and its shared memory in /tmp."""

import time
from pathlib import Path

from promises import ask

MIB = 1024 * 1024


def memory(group: Path):
    """MiB in use without the cache of files, and with it."""
    v1 = group / "memory.usage_in_bytes"
    stat = dict(line.split() for line in (group / "memory.stat").read_text().splitlines())
    if v1.exists():
        held = int(stat["total_rss"]) + int(stat["total_shmem"] if "total_shmem" in stat else 0)
        return held / MIB, int(v1.read_text()) / MIB
    return (int(stat["anon"]) + int(stat["shmem"])) / MIB, int((group / "memory.current").read_text()) / MIB


def processor(group: Path):
    """Seconds of processor time so far."""
    v1 = group / "cpuacct.usage"
    if v1.exists():
        return int(v1.read_text()) / 1e9
    stat = dict(line.split() for line in (group / "cpu.stat").read_text().splitlines())
    return int(stat["usage_usec"]) / 1e6


def measure(container, stand_in, rest: int, points):
    """Prints a row of a table after each of these numbers of videos, and one for `rest` seconds without a request."""
    print("| after | memory held, MiB | with files' cache, MiB | processor time, s | processes |", flush=True)
    print("|---|---|---|---|---|", flush=True)
    container.start()

    def row(name, since):
        held, all_of_it = memory(container.group)
        spent = processor(container.accounting) - since
        print(f"| {name} | {held:.0f} | {all_of_it:.0f} | {spent:.1f} | {len(container.processes())} |", flush=True)

    row("the start of the server, no browser", 0)
    since, asked = processor(container.accounting), 0
    failed = []
    for point in points:
        while asked < point:
            try:
                ask(container, stand_in.videos[asked])
            except AssertionError as problem:
                failed.append(f"video {asked + 1}: {problem}")
            asked += 1
        time.sleep(2)
        row(f"{point} videos" if point > 1 else "1 video", since)
    since = processor(container.accounting)
    time.sleep(rest)
    row(f"then {rest} s without a request", since)
    spent = processor(container.accounting) - since
    print(f"at rest: {100 * spent / rest:.2f} % of one processor", flush=True)
    print("\n".join(failed) or "every video got its token", flush=True)
