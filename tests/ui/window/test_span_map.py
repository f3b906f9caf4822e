"""The map beside the scroll bar: a tick for every span, a click goes there."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QScrollArea, QWidget

from review_app.domain.geometry import Rect
from review_app.domain.rows import PageRow
from review_app.domain.vocabulary import Origin, Status
from review_app.ui.panels.span_map import Sort, SpanMap

WAIT = 30_000


@pytest.fixture
def span_map(qtbot):
    """A map of 1,040 pixels beside a view of the same height."""
    area = QScrollArea()
    qtbot.addWidget(area)
    body = QWidget()
    body.setFixedSize(50, 100_000)
    area.setWidget(body)
    area.resize(100, 1040)
    span_map = SpanMap(area)
    qtbot.addWidget(span_map)
    span_map.resize(16, 1040)
    area.show()
    span_map.show()
    return span_map


def show(span_map: SpanMap, pages: int, spans: list) -> None:
    span_map.set_pages([PageRow("d1", n, 612.0, 1000.0) for n in range(1, pages + 1)])
    span_map.set_spans(spans)
    span_map._settle.stop()
    span_map._take()


def test_a_tick_for_every_span_at_its_height_and_in_its_form(span_map, span):
    at = (Rect(0, 500, 100, 510),)
    show(span_map, 10, [
        span(1, rects=at), span(4, rects=at, status=Status.CONFIRMED),
        span(6, rects=at, origin=Origin.REVIEWER, status=Status.PROPOSED),
        span(10, rects=at, status=Status.REJECTED),
    ])
    room = span_map._room()
    expected = {round(room.top() + room.height() * (page - 0.5) / 10): sort for page, sort in {
        1: Sort.UNDECIDED, 4: Sort.AGENCY, 6: Sort.REVIEWER, 10: Sort.REJECTED}.items()}
    assert span_map.ticks() == expected
    picture = span_map.grab().toImage()
    desk = span_map._theme.desk.rgb()
    columns = {sort: [x for x in range(16) if picture.pixel(x, row) != desk] for row, sort in expected.items()
               if sort is not Sort.UNDECIDED}  # where the window is, all columns are shaded
    assert len({tuple(found) for found in columns.values()}) == 3, "told apart without colour"
    assert span_map.accessibleDescription() == "4 spans on 4 pages, 1 to review"


def test_a_document_without_spans_takes_the_ticks_of_the_one_before_away(span_map, span):
    show(span_map, 10, [span(1), span(4)])
    assert span_map.ticks()
    before = span_map._ticks_drawn().toImage()
    show(span_map, 10, [])
    assert not span_map.ticks() and span_map._ticks_drawn().toImage() != before
    assert span_map.accessibleDescription().startswith("0 spans on 0 pages")


def test_what_waits_shows_through_a_crowd(span_map, span):
    crowd = [span(n, page=1, rects=(Rect(0, 10, 9, 12),), status=Status.CONFIRMED) for n in range(2, 500)]
    show(span_map, 3, [*crowd, span(1, page=1, rects=(Rect(0, 10, 9, 12),))])
    assert list(span_map.ticks().values()) == [Sort.UNDECIDED]


def test_a_click_near_a_tick_goes_to_its_span_and_elsewhere_to_the_place(span_map, span):
    show(span_map, 100, [span(50, rects=(Rect(0, 250, 100, 260),))])
    said: list[tuple[int, float]] = []
    span_map.place_wanted.connect(lambda page, top: said.append((page, top)))
    row = next(iter(span_map.ticks()))
    QTest.mouseClick(span_map, Qt.MouseButton.LeftButton, pos=QPoint(8, row + 3))
    assert said == [(50, 250.0)]
    room = span_map._room()
    low = QPoint(8, round(room.top() + room.height() * 0.75))
    QTest.mouseClick(span_map, Qt.MouseButton.LeftButton, pos=low)
    assert said[-1][0] in (75, 76)
    QTest.mouseClick(span_map, Qt.MouseButton.LeftButton, pos=QPoint(8, 1039))
    assert said[-1][0] == 100
    assert span_map._said_at(row) == "page 50, 1 span, 1 to review"


def test_fifty_thousand_spans_are_as_many_ticks_as_there_are_pixels(span_map, span):
    one = span(1)
    spans = [replace(one, id=f"s{n}", page=n % 5000 + 1) for n in range(50_000)]
    show(span_map, 5000, spans)
    assert len(span_map.ticks()) <= span_map.height()
    started = time.process_time()
    span_map.grab()
    assert time.process_time() - started < 0.05


def test_without_a_document_nothing_breaks(span_map):
    span_map.grab()
    QTest.mouseClick(span_map, Qt.MouseButton.LeftButton, pos=QPoint(8, 100))
    assert span_map.ticks() == {} and span_map._said_at(100) == ""


def test_in_the_window_a_click_brings_the_span_into_view(qtbot, desk, open_window, seeds: Path):
    desk.intake.add(seeds / "1992-briefing-memo.txt")
    window = open_window(desk)
    qtbot.waitUntil(lambda: not window.status.is_busy and len(window.parts.map.ticks()) > 0, timeout=WAIT)
    span = window.current.spans[-1]
    row = max(window.parts.map.ticks())
    QTest.mouseClick(window.parts.map, Qt.MouseButton.LeftButton, pos=QPoint(8, row))
    assert window.page.shows_place(span.page, span.rects[0].x0, span.rects[0].y0)
    desk.marking.confirm([s.id for s in window.current.spans])
    qtbot.waitUntil(lambda: set(window.parts.map.ticks().values()) == {Sort.AGENCY}, timeout=WAIT)
