"""What a child process costs: ``python tests/bench/children.py [corpus folder]``.

Prints start to ready, ping, a page at 150 dpi as bytes, and two children against one on a batch. Figures are
medians of wall time; say beside them how busy the machine was (printed as load). ``children.py --memory
FILE...`` draws all pages of each file twice in one child and prints its memory (Linux); it exits with 1 when
a child is over the aim or grows on the second walk.
"""

from __future__ import annotations

import os
import statistics
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from review_app.workers.pool import Pool  # noqa: E402


def median_ms(do: Callable[[], object], times: int) -> float:
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        do()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken) * 1000


def start_to_ready() -> None:
    with Pool(1) as pool:
        pool.ask("ping", {})


def batch_s(files: list[Path], size: int) -> float:
    """Seconds to scan all files with ``size`` children that are already up."""
    with Pool(size) as pool, ThreadPoolExecutor(size) as threads:
        together = threading.Barrier(size)

        def wake(_: int) -> None:
            together.wait()
            pool.ask("ping", {})

        list(threads.map(wake, range(size)))
        start = time.perf_counter()
        list(threads.map(lambda p: pool.ask("scan", {"path": str(p), "name": p.name}), files))
        return time.perf_counter() - start


CHILD_MIB, GROWTH_MIB = 200, 10


def resident_mib(pid: int) -> int:
    """Memory of a process that is in RAM."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) // 1024


def memory(files: list[Path]) -> int:
    """What a child holds after it has drawn every page of a document at 108 dpi, and after doing so again."""
    missed = 0
    for file in files:
        with Pool(1) as pool:
            params = {"path": str(file), "name": file.name, "in_place": True}
            count = pool.ask("open", params).values["page_count"]
            walks = []
            for _ in range(2):
                for page in range(1, count + 1):
                    pool.ask("render", {**params, "page": page, "scale": 1.5})
                walks.append(resident_mib(pool.pids[0]))
        is_bad = max(walks) > CHILD_MIB or walks[1] > walks[0] + GROWTH_MIB
        missed += is_bad
        print(f"{count:6} pages, {file.stat().st_size // 2**20:4} MB: {walks[0]} MiB, then {walks[1]} MiB"
              f" (aim {CHILD_MIB}){'  MISSED' if is_bad else ''}", flush=True)
    return 1 if missed else 0


def main() -> None:
    if sys.argv[1:2] == ["--memory"]:
        sys.exit(memory([Path(name) for name in sys.argv[2:]]))
    corpus = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT.parent / "shared" / "corpus" / "nara_aad"
    files = sorted(corpus.glob("*.pdf"))
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores, {len(files)} files in the batch")
    print(f"start to ready, and end    {median_ms(start_to_ready, 7):8.1f} ms")
    with Pool(1) as pool:
        pool.ask("ping", {})
        print(f"ping                       {median_ms(lambda: pool.ask('ping', {}), 500):8.3f} ms")
        page = {"path": str(files[0]), "page": 1, "scale": 150 / 72}
        print(f"page at 150 dpi, as bytes  {median_ms(lambda: pool.ask('render', page), 40):8.1f} ms")
        words = {"path": str(files[0]), "page": 1}
        print(f"words of a page            {median_ms(lambda: pool.ask('words', words), 40):8.1f} ms")
        start = time.perf_counter()
        pool.ask("scan", {"path": str(files[0]), "name": "x"})
        took = (time.perf_counter() - start) * 1000
        print(f"scan of the first file     {took:8.1f} ms")
    rounds = [(batch_s(files, 1), batch_s(files, 2)) for _ in range(3)]
    one, two = (statistics.median(column) for column in zip(*rounds, strict=True))
    print(f"batch, one child           {one:8.2f} s")
    print(f"batch, two children        {two:8.2f} s   {one / two:.2f}x")


if __name__ == "__main__":
    main()
