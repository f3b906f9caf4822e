"""The real main loop of a child, with tasks that go wrong (odd_child.py)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from review_app.domain.errors import ChildTimedOut, InputRefused, ReviewError, RuleBroken
from review_app.workers.conversation import ChildCrashed
from review_app.workers.limits import MIB, Limits
from review_app.workers.pool import Pool

HERE = Path(__file__).parent
ODD = HERE / "odd_child.py"
SECRET = "the withheld sentence"


def make(**limits) -> Pool:
    return Pool(1, limits=Limits(**limits), command=[sys.executable, "-I", str(ODD)])


@pytest.fixture
def pool() -> Iterator[Pool]:
    with make() as made:
        yield made


def limit_of(pid: int, name: str) -> list[str]:
    for line in Path(f"/proc/{pid}/limits").read_text().splitlines():
        if line.startswith(name):
            return line[len(name):].split()[:2]
    raise LookupError(name)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_limits_are_set_before_a_task():
    with make(memory_mib=1500, cpu_seconds=50, open_documents=3) as pool:
        values = pool.ask("ping", {}).values
        pid = values["pid"]
        assert limit_of(pid, "Max address space") == [str(1500 * MIB)] * 2
        assert limit_of(pid, "Max core file size") == ["0", "0"]
        soft, hard = limit_of(pid, "Max cpu time")
        assert 50 <= int(soft) <= 55 and hard == "unlimited"
        assert values["capacity"] == 3


def test_processor_time_is_given_to_each_task_anew():
    with make(cpu_seconds=1) as pool:
        pid = pool.ask("ping", {}).values["pid"]
        with pytest.raises(ChildTimedOut, match="more than 1 seconds of processor time"):
            pool.ask("busy", {}, timeout_s=30)
        assert pool.ask("ping", {}).values["pid"] != pid


def test_memory_hog():
    with make(memory_mib=600) as pool:
        pid = pool.ask("ping", {}).values["pid"]
        with pytest.raises(InputRefused, match=r"more memory than a child process may use \(600 MiB\)"):
            pool.ask("hog", {}, timeout_s=30)
        assert pool.ask("ping", {}).values["pid"] != pid, "a child that ran out of memory takes no other task"


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize(("mib", "stays"), [(50, True), (700, False)])
@pytest.mark.parametrize("task", ["leave", "leave_and_refuse"])
def test_child_short_of_memory_gives_way_to_a_fresh_one(mib, stays, task):
    """Else the next document would be refused for what an earlier one left behind."""
    with make(memory_mib=1000) as pool:
        pid = pool.ask("ping", {}).values["pid"]
        if task == "leave":
            assert pool.ask(task, {"mib": mib}).values["pid"] == pid
        else:
            with pytest.raises(RuleBroken):
                pool.ask(task, {"mib": mib})
        assert (pool.ask("ping", {}).values["pid"] == pid) is stays


def test_defect_names_its_type_and_place_only(pool):
    with pytest.raises(ReviewError) as error:
        pool.ask("defect", {})
    assert type(error.value) is ReviewError and error.value.exit_code == 1
    assert "ValueError" in error.value.what
    assert "workers/child.py line" in error.value.why
    assert SECRET not in str(error.value) and "withheld" not in repr(error.value)
    assert error.value.__cause__ is None


def test_rule_comes_back_as_itself_and_keeps_the_child(pool):
    pid = pool.ask("ping", {}).values["pid"]
    with pytest.raises(RuleBroken) as error:
        pool.ask("rule", {})
    assert (error.value.what, error.value.why, error.value.todo) == ("No", "why", "todo")
    assert pool.ask("ping", {}).values["pid"] == pid


@pytest.mark.parametrize(
    ("task", "kind", "words"),
    [
        ("large", InputRefused, "more than one answer may hold"),
        ("not_json", ReviewError, "TypeError"),
        ("deep", ReviewError, "RecursionError"),
        ("crash", ChildCrashed, "SIGSEGV"),
        ("no such task", ReviewError, "KeyError"),
    ],
)
def test_other_endings(pool, task, kind, words):
    with pytest.raises(ReviewError, match=words) as error:
        pool.ask(task, {})
    assert type(error.value) is kind
    assert pool.ask("ping", {})


def test_what_a_library_prints_goes_nowhere(pool, capfd):
    assert pool.ask("noise", {}).values == {"stdin": ""}
    assert pool.ask("noise", {}).values == {"stdin": ""}
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("transport", ["socket", "pipes"])
def test_both_ways_to_talk(transport):
    with Pool(1, command=[sys.executable, "-I", str(ODD)], transport=transport) as pool:
        assert pool.ask("noise", {}).values == {"stdin": ""}
        assert pool.ask("ping", {}).values["pid"] == pool.pids[0]


def start_parent(**variables: str) -> tuple[subprocess.Popen[str], int, list[int]]:
    parent = subprocess.Popen(
        [sys.executable, "-I", str(HERE / "parent.py"), str(ODD)], stdout=subprocess.PIPE, text=True,
        env={**os.environ, **variables},
    )
    assert parent.stdout is not None
    busy, *every = (int(word) for word in parent.stdout.readline().split())
    return parent, busy, every


def kill(parent: subprocess.Popen[str]) -> None:
    parent.kill()
    parent.wait()
    assert parent.stdout is not None
    parent.stdout.close()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a call into C is finished first")
def test_children_end_with_their_parent(has_gone):
    """Also the one in the middle of a call into C that holds the interpreter."""
    parent, busy, every = start_parent()
    assert busy in every and len(every) == 2
    kill(parent)
    assert [pid for pid in every if not has_gone(pid)] == []


@pytest.mark.skipif(sys.platform != "linux", reason="as above")
def test_the_test_above_notices_a_child_that_stays(has_gone):
    parent, busy, every = start_parent(PATH="/no-lifeline")
    kill(parent)
    stayed = not has_gone(busy, 1.0)
    for pid in every:
        if not has_gone(pid, 0.0):
            os.kill(pid, signal.SIGKILL)
    assert stayed, "without its lifeline a busy child outlives its parent"
