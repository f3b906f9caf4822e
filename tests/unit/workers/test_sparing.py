"""A page that kills its child is left out; through the real main loop of a child (odd_child.py)."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from review_app.domain.errors import ChildDied, ChildTimedOut, OutOfMemory
from review_app.workers.limits import Limits
from review_app.workers.pool import Pool
from review_app.workers.sparing import MAX_SPARED

ODD = Path(__file__).with_name("odd_child.py")
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limits of memory and time")


def scan(params: dict[str, Any], *, timeout_s: float | None = 60, **limits: Any) -> tuple[dict, list[int]]:
    steps: list[int] = []
    with Pool(1, limits=Limits(**limits), command=[sys.executable, "-I", str(ODD)]) as pool:
        answer = pool.ask("scan", params, on_progress=lambda done, _: steps.append(done), timeout_s=timeout_s)
    return answer.values, steps


def test_a_page_on_which_the_child_crashes_is_left_out():
    values, steps = scan({"pages": 5, "faults": {"3": "crash"}})
    assert values["page_count"] == 5
    assert values["warnings"] == ["3: it ends the process that reads it"]
    assert steps == [1, 2, 3, 4, 5], "progress never goes back"


@posix
def test_a_page_that_takes_too_long_is_left_out():
    values, _ = scan({"pages": 3, "faults": {"2": "busy"}}, page_seconds=1)
    assert values["warnings"] == ["2: reading it takes too long"]


@posix
def test_a_page_that_needs_too_much_memory_is_left_out():
    values, _ = scan({"pages": 2, "faults": {"1": "hog"}}, memory_mib=700)
    assert "1: reading it needs more memory" in values["warnings"][0]


def test_so_many_are_left_out_and_no_more():
    bad = {str(number): "crash" for number in range(2, 2 + MAX_SPARED)}
    values, _ = scan({"pages": MAX_SPARED + 2, "faults": bad})
    assert len(values["warnings"]) == MAX_SPARED
    with pytest.raises(ChildDied, match="SIGSEGV" if sys.platform != "win32" else "ended"):
        scan({"pages": MAX_SPARED + 2, "faults": bad | {"1": "crash"}})


def test_a_crash_after_the_pages_is_the_documents():
    with pytest.raises(ChildDied):
        scan({"pages": 2, "at the end": "crash"})


@posix
def test_who_is_killed_from_outside_has_no_bad_page():
    with pytest.raises(ChildDied, match="SIGKILL"):
        scan({"pages": 2, "faults": {"1": "killed"}})


@posix
def test_the_pages_time_ends_with_the_pages():
    """What comes after the last page has the time of a task, not of a page."""
    with pytest.raises(ChildTimedOut, match="took longer"):
        scan({"pages": 1, "at the end": "busy"}, page_seconds=1, cpu_seconds=60, timeout_s=3)


@posix
def test_all_tries_together_have_the_time_of_one():
    with pytest.raises(ChildTimedOut, match="took longer"):
        scan({"pages": 1, "faults": {"1": "busy"}}, page_seconds=60, timeout_s=1)


@posix
def test_memory_that_no_page_asks_for_is_the_documents():
    with pytest.raises(OutOfMemory):
        scan({"pages": 1, "at the end": "hog"}, memory_mib=700)
