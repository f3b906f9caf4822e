from __future__ import annotations

import random
import time

from review_app.domain.vocabulary import Kind
from review_app.ui.page_view.hit import SpanIndex


def test_the_smallest_span_at_a_point_comes_first(kit) -> None:
    index = SpanIndex([
        kit.span("page", rect=(0, 0, 612, 792), kind=Kind.PAGE),
        kit.span("block", rect=(72, 100, 500, 300)),
        kit.span("word", rect=(100, 120, 140, 132)),
        kit.span("elsewhere", page=2, rect=(100, 120, 140, 132)),
    ])
    assert [s.id for s in index.at(1, 110, 125)] == ["word", "block", "page"]
    assert [s.id for s in index.at(1, 300, 200)] == ["block", "page"]
    assert [s.id for s in index.at(2, 110, 125)] == ["elsewhere"]
    assert index.at(3, 110, 125) == []


def test_between_the_rectangles_of_one_span_is_outside_it(kit) -> None:
    index = SpanIndex([kit.span("s", rect=(72, 100, 500, 112), more=[(72, 140, 200, 152)])])
    assert [s.id for s in index.at(1, 100, 146)] == ["s"]
    assert index.at(1, 100, 126) == []


def test_slack_reaches_out_but_what_holds_the_point_wins(kit) -> None:
    index = SpanIndex([
        kit.span("tiny", rect=(100, 100, 104, 104)), kit.span("large", rect=(105, 100, 400, 300)),
    ])
    assert index.at(1, 98, 102) == []
    assert [s.id for s in index.at(1, 98, 102, slack=3)] == ["tiny"]
    assert [s.id for s in index.at(1, 106, 102, slack=3)] == ["large", "tiny"]


def test_a_stripe_holds_what_a_walk_over_all_finds(kit) -> None:
    chance = random.Random(3)
    spans = []
    for i in range(500):
        x, y = chance.uniform(0, 500), chance.uniform(0, 700)
        spans.append(kit.span(f"s{i}", rect=(x, y, x + 50, y + chance.choice((5, 12, 80)))))
    index = SpanIndex(spans)
    for _ in range(100):
        y0 = chance.uniform(-50, 800)
        y1 = y0 + chance.uniform(0, 60)
        expected = {s.id for s in spans if s.rects[0].y1 >= y0 and s.rects[0].y0 <= y1}
        assert {p.span.id for p in index.stripe(1, y0, y1)} == expected


def test_a_span_without_rectangles_is_known_but_nowhere(kit) -> None:
    from dataclasses import replace

    index = SpanIndex([replace(kit.span("s"), rects=())])
    assert len(index) == 1
    assert index.find("s") is None
    assert index.on_page(1) == ()


def test_fifty_thousand_spans_are_hit_at_once(kit) -> None:
    spans = [kit.span(f"{p}-{i}", page=p, rect=(72, 40 + 50 * i, 400, 70 + 50 * i))
             for p in range(1, 5_001) for i in range(10)]
    index = SpanIndex(spans)
    start = time.thread_time()
    for page in range(1, 5_001, 5):
        assert index.at(page, 100, 50)[0].id == f"{page}-0"
    assert (time.thread_time() - start) / 1_000 < 0.001
