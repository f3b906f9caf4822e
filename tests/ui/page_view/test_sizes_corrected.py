"""Page sizes that were estimates are corrected without a jump of what is on screen."""

from __future__ import annotations

from PySide6.QtCore import QPointF

from review_app.domain.rows import PageRow
from review_app.ui.page_view.view import PageView


def pages(wide_from: int) -> list[PageRow]:
    return [
        PageRow("d", n, *((612.0, 792.0) if n < wide_from else (500.0, 1008.0))) for n in range(1, 61)
    ]


def test_what_is_on_screen_stays_where_it_is(qtbot) -> None:
    view = PageView()
    qtbot.addWidget(view)
    view.resize(900, 700)
    view.show()
    view.set_document("d", pages(wide_from=61))
    view.set_zoom(100)
    view.go_to_page(40)
    view.scroll_by(0, 333)
    spot = QPointF(450, 200)
    before = view.place_at(spot)
    height = view.verticalScrollBar().maximum()
    view.set_document("d", pages(wide_from=20))
    after = view.place_at(spot)
    assert view.verticalScrollBar().maximum() > height + 1_000, "the pages above are higher now"
    assert view.current_page == 40
    assert before is not None and after is not None and before[0] == after[0] == 40
    assert abs(before[2] - after[2]) < 1.5, "in points"
