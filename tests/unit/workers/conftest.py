from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis.configuration import set_hypothesis_home_dir

from review_app.workers.limits import Limits
from review_app.workers.pool import Pool

# Its notes would otherwise lie in the checkout, where the next collection of tests stumbles over them.
set_hypothesis_home_dir(Path(tempfile.gettempdir()) / "review-app-hypothesis")

FAKE = Path(__file__).with_name("fake_child.py")


def fake_command() -> list[str]:
    return [sys.executable, "-I", str(FAKE)]


@pytest.fixture
def fake_pool() -> Iterator[Callable[..., Pool]]:
    """Makes pools of misbehaving children; closes them."""
    pools: list[Pool] = []

    def make(size: int = 1, *, limits: Limits | None = None, transport=None) -> Pool:
        pool = Pool(size, limits=limits, command=fake_command(), transport=transport)
        pools.append(pool)
        return pool

    yield make
    for pool in pools:
        pool.close()


def exists(pid: int) -> bool:
    """True while the process is there, also as a zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def gone(pid: int, within_s: float = 5.0) -> bool:
    """Wait until a process that is not our child (or has been collected) has gone."""
    until = time.monotonic() + within_s
    while exists(pid):
        if time.monotonic() > until:
            return False
        time.sleep(0.005)  # a foreign process cannot be waited for otherwise
    return True


@pytest.fixture
def has_gone() -> Callable[..., bool]:
    return gone


@pytest.fixture
def is_there() -> Callable[[int], bool]:
    return exists
