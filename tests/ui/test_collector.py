"""Thousands of spans are set aside from the garbage collector once, a decision sets nothing aside."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from review_app.ui import collector


@pytest.fixture(autouse=True)
def as_at_the_start(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(collector, "_set_aside", 0)
    yield
    gc.unfreeze()


def test_many_rows_are_not_gone_over_again() -> None:
    gc.unfreeze()
    rows = [[n] for n in range(collector.MANY)]
    collector.spare(len(rows))
    assert gc.get_freeze_count() >= len(rows)
    assert not any(found is rows for found in gc.get_objects())


def test_a_few_rows_and_a_decision_set_nothing_aside() -> None:
    gc.unfreeze()
    collector.spare(collector.MANY - 1)
    assert gc.get_freeze_count() == 0
    collector.spare(20_000)
    first = gc.get_freeze_count()
    kept = [[n] for n in range(100)]
    collector.spare(20_001)
    assert gc.get_freeze_count() <= first
    collector.spare(0)
    assert gc.get_freeze_count() > len(kept)
