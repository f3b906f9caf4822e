"""The pool with children that misbehave in every way (fake_child.py)."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from review_app.domain.errors import (
    Cancelled,
    ChildDied,
    ChildTimedOut,
    EnvironmentProblem,
    InputRefused,
    RuleBroken,
    UsageError,
)
from review_app.workers.limits import Limits
from review_app.workers.pool import Pool

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("transport", ["socket", "pipes"])
def test_fine(fake_pool, transport):
    pool = fake_pool(transport=transport)
    seen, steps = [], []
    answer = pool.ask("echo", {"word": "naïve \udcff \u202e"})
    pool.ask("parts", {"count": 3}, on_part=seen.append, on_progress=lambda *a: steps.append(a))
    assert answer.values["word"] == "naïve \udcff \u202e"
    assert answer.payload == b"\x00\xff" * 5
    assert [part["number"] for part in seen] == [0, 1, 2]
    assert steps == [(1, 3), (2, 3), (3, 3)]
    assert pool.pids == [answer.values["pid"]], "one child did both"


def test_starts_lazily_and_warm_starts_early(fake_pool):
    pool = fake_pool(2)
    assert pool.pids == []
    pool.warm(1)
    [first] = pool.pids
    pool.warm()
    assert len(pool.pids) == 2 and first in pool.pids
    pool.warm()
    assert len(pool.pids) == 2


def test_typed_error_keeps_the_child(fake_pool):
    pool = fake_pool()
    pid = pool.ask("echo", {}).values["pid"]
    with pytest.raises(InputRefused) as error:
        pool.ask("typed error", {})
    assert (error.value.what, error.value.why, error.value.todo) == ("Cannot", "Because", "Do")
    assert pool.ask("echo", {}).values["pid"] == pid


def test_child_that_says_it_ends_is_replaced(fake_pool):
    pool = fake_pool()
    pid = pool.ask("echo", {}).values["pid"]
    with pytest.raises(InputRefused):
        pool.ask("last error", {})
    assert pool.ask("echo", {}).values["pid"] != pid


@pytest.mark.parametrize(
    ("task", "params", "words", "hint"),
    [
        ("die by signal", {"signal": "SIGSEGV"}, "signal SIGSEGV", True),
        ("die by signal", {"signal": "SIGKILL"}, "signal SIGKILL", False),
        ("die by signal", {"signal": "SIGABRT"}, "signal SIGABRT", True),
        ("die by signal", {"signal": "SIGTERM"}, "signal SIGTERM", False),
        ("exit", {"code": 5}, "exit code 5", False),
        ("exit", {"code": 0}, "exit code 0", False),
        ("half a frame, then die", {}, "exit code 7", False),
    ],
)
@pytest.mark.parametrize("transport", ["socket", "pipes"])
def test_died(fake_pool, is_there, task, params, words, hint, transport):
    pool = fake_pool(limits=Limits(memory_mib=777), transport=transport)
    pid = pool.ask("echo", {}).values["pid"]
    with pytest.raises(ChildDied) as error:
        pool.ask(task, params)
    assert words in error.value.what
    assert ("777 MiB" in error.value.why) is hint
    assert ("from outside" in error.value.why) is (params.get("signal") in ("SIGKILL", "SIGTERM"))
    assert error.value.todo
    assert not is_there(pid), "collected, not even a zombie"
    assert pool.ask("echo", {}).values["pid"] != pid


def test_over_the_processor_limit_is_a_time_out(fake_pool):
    with pytest.raises(ChildTimedOut, match="processor time"):
        fake_pool().ask("die by signal", {"signal": "SIGXCPU"})


@pytest.mark.parametrize("transport", ["socket", "pipes"])
def test_hung(fake_pool, is_there, transport):
    pool = fake_pool(transport=transport)
    seen = []
    start = time.monotonic()
    with pytest.raises(ChildTimedOut, match=r"0\.2 seconds while drawing a page") as error:
        pool.ask("render", {}, on_part=seen.append, timeout_s=0.2)
    assert time.monotonic() - start < 2
    assert error.value.todo and error.value.why
    assert not is_there(seen[0]["pid"])
    assert pool.ask("echo", {"x": 1}, timeout_s=5).values["x"] == 1


def test_silent(fake_pool):
    pool = fake_pool(limits=Limits(silence_seconds=0.3))
    with pytest.raises(ChildTimedOut, match="said nothing"):
        pool.ask("hang", {})
    assert pool.ask("parts", {"count": 5})


def test_child_that_stops_reading_does_not_block_the_sender(fake_pool):
    pool = fake_pool()
    big = {"text": "x" * 20_000_000}
    pool.ask("echo", {})
    with pytest.raises(ChildTimedOut):
        pool.ask("stop reading", big, timeout_s=0.5)


@pytest.mark.parametrize(
    "task",
    [
        "garbage", "not json", "a list", "nan", "deep", "many values", "unknown kind", "wrong number",
        "huge header", "huge body", "huge payload",
    ],
)
def test_nonsense_on_the_connection(fake_pool, task):
    pool = fake_pool()
    pid = pool.ask("echo", {}).values["pid"]
    with pytest.raises(ChildDied, match="damaged data"):
        pool.ask(task, {}, timeout_s=20)
    assert pool.ask("echo", {}).values["pid"] != pid


def test_promising_more_than_is_sent(fake_pool):
    with pytest.raises(ChildDied):
        fake_pool().ask("promised more than sent", {}, timeout_s=20)


DIGEST = "0" * 64
SCAN = {
    "file": "a.txt", "sha256": DIGEST, "media_type": "text/plain", "page_count": 1,
    "pages": [{"number": 1, "width": 612, "height": 792, "disposition": "unknown"}],
    "spans": [], "record": [], "recoverable": [], "warnings": [],
}
SPAN = {"id": "s1", "page": 2, "kind": "blank", "origin": "agency", "rects": [[0, 0, 9, 9]], "confidence": 1}
PAGES = {"media_type": "x", "page_count": 1, "sizes": [[1, 2.5]]}
PART = {"page": 1, "width": 612, "height": 792, "text": "x"}


@pytest.mark.parametrize(
    ("task", "values", "extra"),
    [
        ("render", {"width": 10, "height": 10, "stride": 40}, {"bytes": 399}),
        ("render", {"width": 10, "height": 10, "stride": 39}, {"bytes": 390}),
        ("render", {"width": -1, "height": -10, "stride": -40}, {"bytes": 400}),
        ("render", {"width": True, "height": 1, "stride": 4}, {"bytes": 4}),
        ("scan", SCAN | {"page_count": 2}, {}),
        ("scan", SCAN | {"sha256": "../../etc"}, {}),
        ("scan", SCAN | {"spans": [SPAN]}, {}),
        ("scan", SCAN | {"pages": [SCAN["pages"][0] | {"width": -1}]}, {}),
        ("scan", SCAN | {"pages": [SCAN["pages"][0] | {"number": 7}]}, {}),
        ("scan", {}, {}),
        ("scan", SCAN, {"parts": [PART | {"page": 0}]}),
        ("scan", SCAN, {"parts": [PART | {"text": 5}]}),
        ("pages", {"media_type": "x", "page_count": 1, "sizes": [[1, 2, 3]]}, {}),
        ("pages", {"media_type": "x", "page_count": 1, "sizes": [[0, 2]]}, {}),
        ("pages", {"media_type": "x", "page_count": 1, "sizes": [[True, 2]]}, {}),
        ("pages", {"media_type": "x", "page_count": 1, "sizes": ["ab"]}, {}),
        ("pages", {"media_type": "x", "page_count": 1, "sizes": [[1, 10**400]]}, {}),
        ("pages", {"media_type": "x", "page_count": 1, "sizes": [[1, 2e9]]}, {}),
        ("pages", {"media_type": "x", "page_count": 2, "sizes": [[1, 2]]}, {}),
        ("pages", PAGES, {"parts": [PAGES | {"sizes": [[1, 2], [1, 2]]}]}),
        ("pages", PAGES, {"parts": [PAGES | {"sizes": []}]}),
        ("words", {"words": [[1, 2, 3, "4", "x"]]}, {}),
        ("annotate", {"sha256": DIGEST[1:], "page_count": 1}, {}),
        ("anchor", {"anchor": {"seq": -1, "hash": DIGEST, "document_sha256": DIGEST}}, {}),
    ],
)
def test_answers_that_lie(fake_pool, task, values, extra):
    pool = fake_pool()
    with pytest.raises(ChildDied, match="damaged data"):
        pool.ask(task, {"values": values, **extra})


@pytest.mark.parametrize(
    ("task", "values", "extra"),
    [
        ("render", {"width": 10, "height": 10, "stride": 40}, {"bytes": 400}),
        ("scan", SCAN, {"parts": [PART]}),
        ("scan", SCAN | {"spans": [SPAN | {"page": 1}]}, {}),
        ("pages", PAGES, {}),
        ("pages", {"media_type": "x", "page_count": 2, "sizes": [[1, 2]] * 2}, {"parts": [PAGES]}),
        ("words", {"words": [[1, 2, 3, 4, "x", 0]]}, {}),
        ("annotate", {"sha256": DIGEST, "page_count": 1}, {}),
        ("anchor", {"anchor": {"seq": 1, "hash": DIGEST, "document_sha256": DIGEST}}, {}),
        ("anchor", {"anchor": None}, {}),
    ],
)
def test_honest_answers_pass(fake_pool, task, values, extra):
    assert fake_pool().ask(task, {"values": values, **extra}).values == values


@pytest.mark.parametrize("transport", ["socket", "pipes"])
def test_cancel_is_prompt(fake_pool, is_there, transport):
    pool = fake_pool(transport=transport)
    cancel = threading.Event()
    pids, set_at = [], []

    def begun(part):
        pids.append(part["pid"])
        set_at.append(time.monotonic())
        cancel.set()

    with pytest.raises(Cancelled):
        pool.ask("hang", {}, on_part=begun, cancel=cancel)
    assert time.monotonic() - set_at[0] < 0.3
    assert not is_there(pids[0])
    assert pool.ask("echo", {"x": 2}).values["x"] == 2


def test_cancelled_before_it_starts_needs_no_child(fake_pool):
    pool = fake_pool()
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(Cancelled):
        pool.ask("echo", {}, cancel=cancel)
    assert pool.pids == []


def test_cancel_while_waiting_for_a_free_child(fake_pool):
    pool = fake_pool(1)
    busy, stop_busy, stop_waiting = threading.Event(), threading.Event(), threading.Event()
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(pool.ask, "hang", {}, on_part=lambda _: busy.set(), cancel=stop_busy)
        assert busy.wait(20)
        second = threads.submit(pool.ask, "echo", {}, cancel=stop_waiting)
        stop_waiting.set()
        with pytest.raises(Cancelled):
            second.result(5)
        assert not first.done(), "the child at work was left alone"
        stop_busy.set()
        with pytest.raises(Cancelled):
            first.result(5)


def test_the_whole_process_group_is_killed(fake_pool, has_gone):
    grandchild = []
    with pytest.raises(ChildTimedOut):
        fake_pool().ask("hang with a child", {}, on_part=lambda p: grandchild.append(p["pid"]), timeout_s=0.3)
    assert has_gone(grandchild[0])


def test_callback_that_raises_ends_the_task(fake_pool, is_there):
    pool = fake_pool()
    pids = []

    def broken(part):
        pids.append(part["pid"])
        raise LookupError("ours")

    with pytest.raises(LookupError, match="ours"):
        pool.ask("hang", {}, on_part=broken)
    assert not is_there(pids[0])
    assert pool.ask("echo", {"x": 3}).values["x"] == 3


def test_child_killed_while_idle_is_replaced(fake_pool):
    pool = fake_pool()
    pid = pool.ask("echo", {}).values["pid"]
    os.kill(pid, 9)
    assert pool.ask("echo", {"x": 4}).values["x"] == 4


def test_a_task_that_no_child_begins_is_tried_twice(fake_pool):
    pool = fake_pool()
    with pytest.raises(ChildDied, match="Two child processes ended before they could begin"):
        pool.ask("die before it begins", {"code": 3})
    assert pool.ask("echo", {"x": 5}).values["x"] == 5


def test_four_threads_on_two_children(fake_pool):
    pool = fake_pool(2)
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda n: pool.ask("echo", {"n": n}).values, range(200)))
    assert [a["n"] for a in answers] == list(range(200))
    assert len({a["pid"] for a in answers}) == 2


def test_four_threads_while_children_die(fake_pool):
    pool = fake_pool(2)

    def one(number: int) -> str:
        try:
            if number % 3 == 0:
                pool.ask("die by signal", {"signal": "SIGKILL"})
            return str(pool.ask("echo", {"n": number}).values["n"])
        except ChildDied:
            return "died"

    with ThreadPoolExecutor(4) as threads:
        results = list(threads.map(one, range(24)))
    assert results == ["died" if n % 3 == 0 else str(n) for n in range(24)]
    assert len(pool.pids) <= 2


def test_the_child_that_knows_the_document_gets_it_again(fake_pool):
    pool = fake_pool(2)
    both = threading.Barrier(2)
    with ThreadPoolExecutor(2) as threads:
        def first(path):
            # Each waits in its callback for the other: both children are at work.
            pool.ask("parts", {"count": 1, "path": path}, on_part=lambda _: both.wait(20))

        list(threads.map(first, ["/a", "/b"]))
    at = {path: pool.ask("echo", {"path": path}).values["pid"] for path in ("/a", "/b")}
    again = {path: pool.ask("echo", {"path": path}).values["pid"] for path in ("/b", "/a")}
    assert at == again
    assert at["/a"] != at["/b"]


def test_paths_are_made_absolute(fake_pool, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    values = fake_pool().ask("echo", {"path": "a.pdf", "out": "b.pdf", "name": "a.pdf"}).values
    assert values["path"] == str(tmp_path / "a.pdf")
    assert values["out"] == str(tmp_path / "b.pdf")
    assert values["name"] == "a.pdf"


def test_request_over_the_limit(fake_pool):
    pool = fake_pool()
    pid = pool.ask("echo", {}).values["pid"]
    with pytest.raises(UsageError, match="limit"):
        pool.ask("echo", {"text": "x" * 70_000_000})
    assert pool.ask("echo", {}).values["pid"] == pid


def test_close(fake_pool, is_there):
    pool = fake_pool(3)
    pids = {pool.ask("echo", {}).values["pid"]}
    pool.warm()
    pids |= set(pool.pids)
    assert len(pids) == 3
    pool.close()
    assert not [pid for pid in pids if is_there(pid)]
    pool.close()
    with pytest.raises(RuleBroken):
        pool.ask("echo", {})


def test_close_kills_a_child_that_does_not_leave(fake_pool, is_there):
    pool = fake_pool()
    pid = pool.ask("leave unwilling", {}).values["pid"]
    pool.close()
    assert not is_there(pid)


def test_close_ends_what_is_at_work(fake_pool, is_there):
    pool = fake_pool()
    busy, pids = threading.Event(), []

    def begun(part):
        pids.append(part["pid"])
        busy.set()

    with ThreadPoolExecutor(1) as threads:
        running = threads.submit(pool.ask, "hang", {}, on_part=begun)
        assert busy.wait(20)
        pool.close()
        with pytest.raises(ChildDied):
            running.result(5)
    assert not is_there(pids[0])


def _open_files() -> list[str]:
    return sorted(fd.name for fd in Path("/proc/self/fd").iterdir())


def test_nothing_is_left_open(fake_pool):
    def use() -> None:
        pool = fake_pool(2)
        pool.warm()
        pool.ask("echo", {})
        with pytest.raises(ChildDied):
            pool.ask("exit", {"code": 1})
        with pytest.raises(ChildTimedOut):
            pool.ask("hang", {}, timeout_s=0.05)
        with pytest.raises(ChildDied):
            pool.ask("garbage", {})
        pool.close()

    use()
    before, threads = _open_files(), threading.active_count()
    for _ in range(3):
        use()
    assert _open_files() == before
    assert threading.active_count() == threads


def test_the_count_above_notices_a_leak(fake_pool):
    before = _open_files()
    pool = fake_pool()
    pool.ask("echo", {})
    assert _open_files() != before


@pytest.mark.parametrize(
    "command", [["/no/such/program"], [sys.executable, "-I", "-c", "raise SystemExit(5)"]]
)
def test_no_child_can_be_started(command):
    with Pool(1, command=command) as pool:
        for _ in range(2):
            with pytest.raises(EnvironmentProblem, match="doctor"):
                pool.ask("echo", {})
        assert pool.pids == []


def test_child_that_says_why_it_cannot_start(fake_pool, monkeypatch):
    monkeypatch.setenv("PATH", "/refuse-at-start")
    with pytest.raises(EnvironmentProblem, match="ModuleNotFoundError: no engine here"):
        fake_pool().ask("echo", {})


def test_child_that_is_never_ready():
    silent = [sys.executable, "-I", "-c", "import threading; threading.Event().wait()"]
    with (
        Pool(1, command=silent, limits=Limits(start_seconds=0.3)) as pool,
        pytest.raises(EnvironmentProblem, match="not ready"),
    ):
        pool.ask("echo", {})


def test_surroundings_of_a_child(fake_pool, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/poison")
    monkeypatch.setenv("PYMUPDF_MESSAGE", "path:/tmp/x")
    monkeypatch.setenv("MY_SECRET", "x")
    values = fake_pool().ask("environment", {}).values
    assert not [name for name in values["variables"] if name.startswith(("PYTHON", "PYMUPDF", "MY_"))]
    assert "PATH" in values["variables"]
    assert values["folder"] == "/"
    assert values["session"] == values["pid"] != os.getsid(0)
    assert values["streams"] == [os.devnull] * 3
    assert len(values["fds"]) <= 7, "streams, connection, shared memory, lifeline, and the listing itself"


def test_the_pool_loads_no_engine():
    code = (
        "import sys; import review_app.workers.pool; "
        "print([m for m in sys.modules if m.split('.')[0] in "
        "('numpy', 'pymupdf', 'pikepdf', 'pypdfium2', 'PySide6', 'rapidfuzz', 'sqlite3', 'multiprocessing') "
        "or m.startswith(('review_app.engine', 'review_app.detection', 'review_app.workers.tasks'))])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60,
    )
    assert done.stdout.strip() == "[]"
