from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from review_app.domain.geometry import Rect
from review_app.ui.page_view.outline import Block, blocks


def lengths(block: Block) -> dict[tuple[bool, int], float]:
    """Length of the outline by direction: seen from above and below, from left and right."""
    found: dict[tuple[bool, int], float] = {}
    for edge in block.edges:
        key = (edge.is_flat, edge.side)
        found[key] = found.get(key, 0.0) + edge.stop - edge.start
    return found


def test_one_rectangle_is_a_box_of_four_edges() -> None:
    (block,) = blocks([Rect(10, 20, 110, 50)])
    assert len(block.areas) == 1
    assert len(block.edges) == 4
    assert all(e.start_is_free and e.stop_is_free for e in block.edges)


def test_lines_of_equal_width_become_one_box() -> None:
    (block,) = blocks([Rect(72, 100 + 12 * i, 300, 110 + 12 * i) for i in range(4)])
    assert len(block.areas) == 1
    assert block.bounds == Rect(72, 100, 300, 146)


def test_a_narrow_line_over_a_wide_one_has_no_line_between_them() -> None:
    (block,) = blocks([Rect(72, 100, 200, 110), Rect(72, 112, 500, 122)])
    assert len(block.areas) > 1
    tops = [e for e in block.edges if e.is_flat and e.side == -1]
    assert [(e.start, e.stop, e.at) for e in tops] == [(72, 200, 100), (200, 500, 111)]
    bottoms = [e for e in block.edges if e.is_flat and e.side == 1]
    assert [(e.start, e.stop) for e in bottoms] == [(72, 500)]
    assert not tops[1].start_is_free  # the corner turns inwards there


def test_what_lies_apart_stays_apart() -> None:
    assert len(blocks([Rect(72, 100, 200, 110), Rect(72, 130, 200, 140)])) == 2  # a line between
    assert len(blocks([Rect(72, 100, 200, 110), Rect(300, 100, 400, 110)])) == 2  # beside
    assert len(blocks([Rect(72, 100, 200, 110), Rect(300, 111, 400, 121)])) == 2  # not under


def test_no_rectangles() -> None:
    assert blocks([]) == ()


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(1, 300)), min_size=1, max_size=8))
def test_the_outline_of_touching_lines_closes(rows: list[tuple[int, int]]) -> None:
    """Seen from above as wide as from below, seen from the left as high as from the right."""
    rects = [Rect(x, 20 * i, x + w, 20 * i + 18) for i, (x, w) in enumerate(rows)]
    for block in blocks(rects):
        seen = lengths(block)
        assert abs(seen[True, -1] - seen[True, 1]) < 1e-6
        assert abs(seen[False, -1] - seen[False, 1]) < 1e-6
        assert abs(seen[False, 1] - block.bounds.height) < 1e-6
