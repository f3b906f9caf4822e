"""Hits come into the list as they are found, and a new search puts an end to the one before."""

from __future__ import annotations

import pytest

from review_app.store import index


@pytest.fixture
def searched(desk, tmp_path, monkeypatch):
    monkeypatch.setattr(index, "TOGETHER", 1)
    paper = tmp_path / "long.txt"
    paper.write_text("a needle in it\n" * 200 + "and a pin\n")
    desk.intake.add(paper)
    return desk


def test_hits_stream_into_the_list(searched, open_window, qtbot):
    window = open_window(searched)
    lists = []
    window.commands.hits_found.connect(lambda hits: lists.append(len(hits)))
    window.commands.more_hits_found.connect(lambda hits: lists.append(len(hits)))
    pages = len(searched.search.find("needle"))
    window.commands.find("nothing of the kind", True)
    window.commands.find("needle", True)
    qtbot.waitUntil(lambda: window.finder.hits.count() == pages, timeout=20_000)
    assert pages >= 4 and lists == [1] * pages, "one list after the other, none of the search before"
    assert window.finder.hits.currentRow() == 0
    assert str(pages) in window.finder._count.text()
    window.commands.find("nothing of the kind", True)
    qtbot.waitUntil(lambda: window.finder.hits.count() == 0, timeout=20_000)
    assert "Nothing found" in window.finder._count.text()
