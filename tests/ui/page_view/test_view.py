"""The page view with real mouse and key events and pictures that come from another thread."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QKeySequence, QShortcut, QWheelEvent
from PySide6.QtWidgets import QApplication

from review_app.domain.geometry import Rect
from review_app.domain.rows import RecordRow
from review_app.domain.vocabulary import Field, FieldStatus, Kind, Origin
from review_app.ui.page_view.painting import retry_button
from review_app.ui.page_view.strip_area import MAX_ZOOM, MIN_ZOOM
from review_app.ui.page_view.tiles import WHOLE_PIXELS
from review_app.ui.page_view.view import PageView

LEFT = Qt.MouseButton.LeftButton
NONE, CTRL, SHIFT = (
    Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier,
)
Key = Qt.Key


def spot(view: PageView, page: int, x: float, y: float) -> QPoint:
    """A point of a page in the window."""
    return view.window_rect(page, Rect(x, y, x, y)).topLeft().toPoint()


def click(qtbot, view, page, x, y, modifiers=NONE) -> None:
    qtbot.mouseClick(view.viewport(), LEFT, modifiers, spot(view, page, x, y))


def drag(qtbot, view, start: QPoint, end: QPoint, *, release: bool = True) -> None:
    box = view.viewport()
    qtbot.mousePress(box, LEFT, NONE, start)
    qtbot.mouseMove(box, (start + end) / 2)
    qtbot.mouseMove(box, end)
    if release:
        qtbot.mouseRelease(box, LEFT, NONE, end)


def wheel(view, delta: int, at: QPoint, modifiers=NONE) -> None:
    box = view.viewport()
    event = QWheelEvent(
        QPointF(at), QPointF(box.mapToGlobal(at)), QPoint(), QPoint(0, delta), Qt.MouseButton.NoButton,
        modifiers, Qt.ScrollPhase.NoScrollPhase, False,
    )
    QApplication.sendEvent(box, event)


def dark_pixels(view: PageView) -> int:
    image = view.viewport().grab().toImage()
    places = [(x, y) for x in range(0, image.width(), 20) for y in range(0, image.height(), 4)]
    return sum(image.pixelColor(x, y).lightness() < 60 for x, y in places)


class TestPictures:
    def test_only_what_is_in_view_is_asked_for_and_then_one_page_ahead(self, qtbot, view, source) -> None:
        asked = [page for page, _ in source.asked]
        assert 1 in asked
        assert set(asked) <= {1, 2}

    def test_pictures_are_asked_for_in_device_pixels(self, view, source) -> None:
        scale = source.asked[-1][1]
        assert scale == pytest.approx(96 / 72 * view.viewport().devicePixelRatioF(), abs=1e-3)

    def test_the_picture_is_on_screen(self, qtbot, view) -> None:
        view.verticalScrollBar().setValue(300)  # the stripe is in the middle of the page
        assert dark_pixels(view) > 50

    def test_a_picture_of_another_zoom_stands_in_meanwhile(self, qtbot, view, source, kit) -> None:
        source.hold()
        view.verticalScrollBar().setValue(300)
        view.set_zoom(150)
        qtbot.waitUntil(lambda: bool(source.waiting()))
        view.bring_rect_into_view(1, Rect(0, 380, 10, 400))
        assert dark_pixels(view) > 50
        source.go_on()
        kit.wait(qtbot, view)
        assert (1, pytest.approx(2.0, abs=1e-3)) in source.painted

    def test_what_is_no_longer_in_view_is_forgotten_before_it_begins(self, qtbot, view, source, kit) -> None:
        source.hold()
        view.go_to_page(4)
        qtbot.waitUntil(lambda: 4 in [p for p, _ in source.waiting()])
        view.go_to_page(6)
        qtbot.waitUntil(lambda: 6 in [p for p, _ in source.waiting()])
        assert 4 in [p for p, _ in source.forgotten]
        source.go_on()
        kit.wait(qtbot, view)
        assert 4 not in [p for p, _ in source.painted]

    @pytest.mark.parametrize("zoom", [61, 87, 133, 210])
    def test_a_jump_shows_nothing_of_the_page_before(self, view, kit, zoom) -> None:
        """Not a hair of it: all of it would be drawn."""
        view.set_source(None)
        view.set_document("long", kit.page_rows([(612, 792), (595, 842), (441.3, 777.7)] * 20))
        view.set_zoom(zoom)
        for page in range(2, 50):
            view.go_to_page(page)
            assert view.visible_pages.start == page
            assert 0 < view.window_rect(page, Rect(0, 0, 1, 1)).top() <= 12

    def test_pictures_are_asked_for_before_what_is_here_is_painted(self, view, source) -> None:
        source.hold()
        view.go_to_page(6)
        view.viewport().repaint()  # without a turn of the event loop
        assert 6 in [p for p, _ in source.waiting()]
        source.go_on()

    def test_a_page_that_is_here_is_painted_before_the_next_is_asked_for(self, qtbot, view, source) -> None:
        assert [page for page, _ in source.asked] == [1]
        view.verticalScrollBar().setValue(300)
        view.viewport().repaint()
        assert [page for page, _ in source.asked] == [1]
        qtbot.waitUntil(lambda: [page for page, _ in source.asked] == [1, 2])

    def test_a_picture_paints_its_page_and_no_other(self, qtbot, view, source, kit) -> None:
        view.set_zoom(25)
        view.go_to_page(1)
        kit.wait(qtbot, view)
        painted: list[QRect] = []

        class Ears(QObject):
            def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
                if event.type() == QEvent.Type.Paint:
                    painted.append(event.rect())  # type: ignore[attr-defined]
                return False

        ears = Ears()
        view.viewport().installEventFilter(ears)
        view.pictures.arrived.emit(2)
        qtbot.waitUntil(lambda: bool(painted))
        view.pictures._errors[2] = kit.refusal()
        view.pictures.arrived.emit(2)
        qtbot.waitUntil(lambda: len(painted) == 2)
        view.viewport().removeEventFilter(ears)
        assert painted.pop() == view.viewport().rect(), "why it has none may not find room on a small page"
        page = view.window_rect(2, Rect(0, 0, *view.page_size(2)))
        [area] = painted
        assert area.top() <= page.top() and area.bottom() >= page.bottom() - 1
        assert area.height() < page.height() + 8 < view.viewport().height()

    def test_the_same_picture_is_not_asked_for_twice(self, qtbot, view, source, kit) -> None:
        for _ in range(5):
            view.scroll_by(0, 10)
            view.set_spans([])
            QApplication.processEvents()
        view.go_to_page(1)
        kit.wait(qtbot, view)
        assert len(source.asked) == len(set(source.asked))

    def test_pictures_of_the_old_source_are_dropped(self, qtbot, view, source, make_source, kit) -> None:
        source.hold()
        view.go_to_page(5)
        qtbot.waitUntil(lambda: bool(source.waiting()))
        other = make_source([(612, 792)] * 2)
        view.set_source(other)
        view.set_document("d2", kit.page_rows(other.sizes))
        source.go_on()
        kit.wait(qtbot, view)
        assert [p for p, _ in other.painted][:1] == [1]
        assert view.page_count == 2

    def test_going_back_to_a_document_shows_what_is_still_there(
        self, qtbot, view, source, make_source, kit
    ) -> None:
        other = make_source([(612, 792)])
        view.set_source(other)
        view.set_document("d2", kit.page_rows(other.sizes))
        kit.wait(qtbot, view)
        asked = len(source.asked)
        view.set_source(source)
        view.set_document("d1", kit.page_rows(source.sizes))
        kit.wait(qtbot, view)
        assert len(source.asked) == asked
        view.set_source(None)
        assert view.pictures.bytes_held == 0

    def test_a_hidden_view_asks_for_nothing(self, qtbot, view, source) -> None:
        view.hide()
        source.asked.clear()
        view.go_to_page(6)
        QApplication.processEvents()
        assert source.asked == []

    def test_a_view_that_goes_while_pictures_are_on_their_way(self, qtbot, make_source, kit) -> None:
        source = make_source([(612, 792)] * 3)
        source.hold()
        view = PageView()
        view.set_source(source)
        view.set_document("d1", kit.page_rows(source.sizes))
        view.show()
        qtbot.waitUntil(lambda: bool(source.waiting()))
        view.close()
        view.deleteLater()
        QApplication.sendPostedEvents(None, 0)
        QApplication.processEvents()
        source.go_on()
        qtbot.waitUntil(lambda: not source.waiting())
        QApplication.processEvents()

    def test_a_deep_zoom_asks_for_no_more_than_memory_holds(self, qtbot, view, source, kit) -> None:
        view.set_zoom(800)
        kit.wait(qtbot, view)
        parts = [key.part for key in source.keys if key.part is not None]
        whole = [612 * 792 * key.scale ** 2 for key in source.keys if key.part is None]
        assert parts and max(whole) <= WHOLE_PIXELS
        assert max((right - left) * (bottom - top) for left, top, right, bottom in parts) <= 1026 * 514
        window = view.viewport().width() * view.viewport().height()
        assert sum((right - left) * (bottom - top) for left, top, right, bottom in parts) < 10 * window

    def test_large_pages_do_not_throw_each_other_out_for_ever(self, qtbot, view, source, kit) -> None:
        """Two pages at the largest size do not fit beside the one in view; the view must come to rest."""
        view.set_zoom(800)
        for page in (1, 2, 3):
            view.go_to_page(page)
            kit.wait(qtbot, view)
        asked = len(source.asked)
        for _ in range(20):
            view.scroll_by(0, 1)
            QApplication.processEvents()
        kit.wait(qtbot, view)
        assert len(source.asked) == asked
        assert view.pictures.bytes_held <= 130 * 2**20


class TestFailures:
    def test_no_span_lies_over_the_words_of_a_failed_page(self, qtbot, view, source, kit) -> None:
        source.failing[3] = kit.refusal()
        view.go_to_page(3)
        qtbot.waitUntil(lambda: view.failed_page_at(QPointF(spot(view, 3, 300, 200))) == 3)
        window = QRectF(view.viewport().rect())
        page = view.window_rect(3, Rect(0, 0, *view.page_size(3)))
        words = retry_button(page, window).adjusted(-5, -40, 5, 5).toRect()
        plain = view.viewport().grab(words).toImage()
        view.set_spans([kit.span("s1", 3, (0, 0, *view.page_size(3)))])
        covered = view.viewport().grab(words).toImage()
        assert covered == plain

    def test_a_failed_page_says_why_and_comes_back_on_a_click(self, qtbot, view, source, kit) -> None:
        source.failing[3] = kit.refusal()
        view.go_to_page(3)
        qtbot.waitUntil(lambda: view.failed_page_at(QPointF(spot(view, 3, 300, 200))) == 3)
        QApplication.processEvents()
        assert "The page took too long to draw" in view.accessibleDescription()
        before = len(source.asked)
        view.scroll_by(0, 10)
        QApplication.processEvents()
        assert [p for p, _ in source.asked[before:]].count(3) == 0  # not asked again by itself
        source.failing.clear()
        click(qtbot, view, 3, 300, 300)
        kit.wait(qtbot, view)
        assert view.failed_page_at(QPointF(spot(view, 3, 300, 200))) == 0
        view.verticalScrollBar().setValue(view.verticalScrollBar().value() + 300)
        assert dark_pixels(view) > 50

    def test_enter_tries_again(self, qtbot, view, source, kit) -> None:
        source.failing[1] = kit.refusal()
        view.set_zoom(120)
        qtbot.waitUntil(lambda: view.failed_page_at(QPointF(spot(view, 1, 300, 100))) == 1)
        source.failing.clear()
        taken = QShortcut(QKeySequence(Key.Key_Return), view)  # the window's own use of Enter waits
        with qtbot.assertNotEmitted(taken.activated):
            qtbot.keyClick(view, Key.Key_Return)
        kit.wait(qtbot, view)
        assert view.failed_page_at(QPointF(spot(view, 1, 300, 100))) == 0

    @pytest.mark.parametrize("change", [{"width": 10**6}, {"stride": 4}, {"data": b"short"}, {"height": 0}])
    def test_a_picture_that_lies_about_its_size_is_refused(self, qtbot, view, source, change) -> None:
        from dataclasses import replace

        source.make = lambda page, scale: replace(source.paint(page, scale), **change)
        view.go_to_page(5)
        qtbot.waitUntil(lambda: view.failed_page_at(QPointF(spot(view, 5, 300, 200))) == 5)
        assert dark_pixels(view) < 50  # the message, no picture


class TestScrolling:
    def test_keys_scroll_like_paper(self, qtbot, view) -> None:
        bar = view.verticalScrollBar()
        qtbot.keyClick(view, Key.Key_Down)
        assert bar.value() == bar.singleStep()
        qtbot.keyClick(view, Key.Key_Up)
        assert bar.value() == 0
        window = view.viewport().height()
        qtbot.keyClick(view, Key.Key_PageDown)
        assert 0.8 * window < bar.value() < window
        qtbot.keyClick(view, Key.Key_PageUp)
        assert bar.value() == 0
        qtbot.keyClick(view, Key.Key_Space)
        assert 0.8 * window < bar.value() < window
        qtbot.keyClick(view, Key.Key_Space, SHIFT)
        assert bar.value() == 0
        qtbot.keyClick(view, Key.Key_End)
        assert bar.value() == bar.maximum()
        assert view.current_page == 6
        qtbot.keyClick(view, Key.Key_Home)
        assert (bar.value(), view.current_page) == (0, 1)

    def test_going_to_pages_tells_which(self, qtbot, view) -> None:
        with qtbot.waitSignal(view.page_changed) as told:
            view.go_to_page(4)
        assert told.args == [4]
        view.next_page()
        assert view.current_page == 5
        view.previous_page()
        view.previous_page()
        assert view.current_page == 3
        view.go_to_page(99)
        assert view.current_page == 6
        view.go_to_page(-3)
        assert view.current_page == 1

    def test_the_page_asked_for_is_the_current_one_though_many_are_in_view(self, view) -> None:
        view.set_zoom(10)
        for page in (2, 5, 6):
            view.go_to_page(page)
            assert view.current_page == page

    def test_next_page_walks_all_pages_at_any_zoom(self, view) -> None:
        for zoom in (10, 40, 100, 300):
            view.set_zoom(zoom)
            view.go_to_page(1)
            seen = [view.current_page]
            while view.current_page < 6 and len(seen) < 10:
                view.next_page()
                seen.append(view.current_page)
            assert seen == [1, 2, 3, 4, 5, 6]

    def test_the_wheel_scrolls(self, view) -> None:
        wheel(view, -120, QPoint(100, 100))
        assert view.verticalScrollBar().value() > 0

    def test_the_middle_button_drags_the_paper(self, qtbot, view) -> None:
        box = view.viewport()
        qtbot.mousePress(box, Qt.MouseButton.MiddleButton, NONE, QPoint(300, 400))
        qtbot.mouseMove(box, QPoint(300, 250))
        qtbot.mouseRelease(box, Qt.MouseButton.MiddleButton, NONE, QPoint(300, 250))
        assert view.verticalScrollBar().value() == 150


class TestZoom:
    def test_steps_and_bounds(self, qtbot, view) -> None:
        with qtbot.waitSignal(view.zoom_changed) as told:
            view.zoom_in()
        assert told.args == [pytest.approx(110)]
        view.zoom_out()
        view.zoom_out()
        assert view.zoom == pytest.approx(90)
        view.set_zoom(100_000)
        assert view.zoom == MAX_ZOOM * 100
        view.zoom_in()
        assert view.zoom == MAX_ZOOM * 100
        view.set_zoom(0)
        assert view.zoom == pytest.approx(MIN_ZOOM * 100)

    def test_ctrl_wheel_zooms_about_the_pointer(self, view) -> None:
        view.go_to_page(3)
        at = QPoint(420, 333)
        before = view.place_at(QPointF(at))
        wheel(view, 120, at, CTRL)
        assert view.zoom == pytest.approx(120)
        after = view.place_at(QPointF(at))
        assert after[0] == before[0]
        assert after[1:] == pytest.approx(before[1:], abs=1.0)
        wheel(view, -120, at, CTRL)
        assert view.zoom == pytest.approx(100)
        for _ in range(8):  # a trackpad sends a notch in small parts
            wheel(view, 15, at, CTRL)
        assert view.zoom == pytest.approx(120)

    def test_two_fingers_apart_zoom(self, view) -> None:
        from PySide6.QtGui import QNativeGestureEvent, QPointingDevice

        at = QPointF(420, 333)
        before = view.place_at(at)
        for value in (0.10, 0.10):
            event = QNativeGestureEvent(
                Qt.NativeGestureType.ZoomNativeGesture, QPointingDevice.primaryPointingDevice(), 2,
                at, at, at, value, QPointF(),
            )
            QApplication.sendEvent(view.viewport(), event)
        assert view.zoom == pytest.approx(121)
        assert view.place_at(at)[1:] == pytest.approx(before[1:], abs=1.0)

    def test_fit_width_follows_the_window(self, qtbot, view) -> None:
        view.fit_width()
        for width in (900, 640):
            view.resize(width, 600)
            page = view.window_rect(1, Rect(0, 0, 612, 792))
            assert page.width() == pytest.approx(view.viewport().width() - 24, abs=1.5)
        assert not view.horizontalScrollBar().isVisible()

    def test_a_page_fitted_among_wider_ones_stays_in_the_middle(self, view, make_source, kit) -> None:
        """Also where the document came before the window had its size, as at the start of the program."""
        source = make_source([(612, 792), (1600, 500), (612, 792)])
        view.set_source(source)
        view.resize(300, 400)
        view.set_document("d2", kit.page_rows(source.sizes))
        for width in (900, 640):
            view.resize(width, 600)
            page = view.window_rect(1, Rect(0, 0, 612, 792))
            assert view.horizontalScrollBar().maximum() > 0
            assert page.center().x() == pytest.approx(view.viewport().width() / 2, abs=2)

    def test_fit_page_shows_the_whole_page(self, qtbot, view) -> None:
        view.go_to_page(3)
        view.fit_page()
        qtbot.waitUntil(lambda: not view.horizontalScrollBar().isVisible())  # Qt hides it a little later
        page = view.window_rect(3, Rect(0, 0, 612, 792))
        assert page.top() >= 0
        assert page.bottom() <= view.viewport().height()
        assert view.current_page == 3

    def test_zooming_keeps_the_page_that_was_asked_for(self, view) -> None:
        view.set_zoom(20)
        view.go_to_page(4)
        view.resize(700, 500)
        assert view.current_page == 4

    def test_fitting_never_chases_its_own_scroll_bar(self, qtbot, view, make_source, kit) -> None:
        source = make_source([(612, 792), (1600, 500), (612, 792)])
        view.set_source(source)
        view.set_document("d2", kit.page_rows(source.sizes))
        seen: list[float] = []
        view.zoom_changed.connect(seen.append)
        view.fit_page()
        for width in range(600, 760, 10):
            view.resize(width, 430)
            QApplication.processEvents()
        assert len(seen) < 60


class TestSpans:
    def test_clicking_a_span_says_which(self, qtbot, view, kit) -> None:
        view.set_spans([kit.span("a", rect=(72, 100, 300, 130)), kit.span("b", rect=(72, 200, 300, 230))])
        with qtbot.waitSignal(view.span_clicked) as told:
            click(qtbot, view, 1, 100, 110)
        assert told.args == ["a", False]
        with qtbot.waitSignal(view.span_clicked) as told:
            click(qtbot, view, 1, 100, 215, CTRL)
        assert told.args == ["b", True]
        with qtbot.waitSignal(view.background_clicked), qtbot.assertNotEmitted(view.span_clicked):
            click(qtbot, view, 1, 400, 160)

    def test_a_span_that_changed_is_drawn_anew(self, view, kit) -> None:
        from review_app.domain.vocabulary import Status

        view.set_spans([kit.span("a")])
        suggested = view.viewport().grab().toImage()
        view.set_spans([kit.span("a", status=Status.CONFIRMED)])
        assert view.viewport().grab().toImage() != suggested
        view.set_spans([kit.span("a")])
        assert view.viewport().grab().toImage() == suggested

    def test_a_thin_span_can_be_hit_with_an_unsteady_hand(self, qtbot, view, kit) -> None:
        view.set_spans([kit.span("thin", rect=(72, 100, 300, 101))])
        with qtbot.waitSignal(view.span_clicked):
            click(qtbot, view, 1, 150, 103)

    def test_selecting_scrolls_there_and_a_small_move_is_enough(self, view, kit) -> None:
        view.set_spans([kit.span("near"), kit.span("far", page=5, rect=(72, 400, 300, 420))])
        view.select_spans(["near"])
        assert view.verticalScrollBar().value() == 0
        view.select_spans(["far"])
        assert view.current_page == 5
        area = view.window_rect(5, Rect(72, 400, 300, 420))
        assert area.top() > 0
        assert area.bottom() < view.viewport().height()
        view.select_spans(["near"], scroll=False)
        assert view.current_page == 5

    def test_a_span_larger_than_the_window_shows_its_beginning(self, view, kit) -> None:
        view.set_zoom(200)
        view.set_spans([kit.span("tall", page=2, rect=(10, 100, 600, 780))])
        view.select_spans(["tall"])
        assert 0 < view.window_rect(2, Rect(10, 100, 600, 780)).top() < 100

    def test_unknown_spans_are_let_go(self, view, kit) -> None:
        view.set_spans([kit.span("a"), kit.span("b", rect=(72, 200, 300, 230))])
        view.select_spans(["a", "b", "gone"])
        view.set_spans([kit.span("b", rect=(72, 200, 300, 230))])
        assert view.selected == ("b",)

    def test_a_highlighted_record_field_is_shown_named_and_flashes(self, qtbot, view, kit) -> None:
        place = Rect(72, 700, 300, 715)
        view.set_record([RecordRow("r", "d1", Field.CASE_ID, "1", "1", 4, place, 0.9, FieldStatus.SUGGESTED)])
        plain = view.viewport().grab().toImage()
        view.highlight_place(4, place)
        assert view.current_page in (3, 4)
        assert view.window_rect(4, place).top() > 0
        lit = view.viewport().grab().toImage()
        assert lit != plain
        qtbot.waitUntil(lambda: not view._flash_timer.isActive(), timeout=4_000)
        view.select_spans([])
        assert view.viewport().grab().toImage() != lit

    def test_a_place_on_no_page_is_ignored(self, view) -> None:
        view.highlight_place(77, Rect(0, 0, 10, 10))
        assert view.current_page == 1

    def test_the_tooltip_tells_what_a_span_is(self, qtbot, view, kit) -> None:
        from PySide6.QtCore import QEvent
        from PySide6.QtGui import QHelpEvent
        from PySide6.QtWidgets import QToolTip

        view.set_spans([kit.span("a")])
        at = spot(view, 1, 100, 110)
        QApplication.sendEvent(
            view.viewport(), QHelpEvent(QEvent.Type.ToolTip, at, view.viewport().mapToGlobal(at))
        )
        assert "Withheld by the agency: blank, code not stated, suggested" in QToolTip.text()
        QToolTip.hideText()
        qtbot.waitUntil(lambda: not QToolTip.isVisible())


class TestDrawing:
    def test_drawing_with_the_mouse(self, qtbot, view) -> None:
        view.set_tool("draw")
        with qtbot.waitSignal(view.area_drawn) as told:
            drag(qtbot, view, spot(view, 1, 300, 170), spot(view, 1, 100, 90))
        page, rect = told.args
        assert page == 1
        assert rect.as_list() == pytest.approx([100, 90, 300, 170], abs=1.0)

    def test_the_area_ends_at_the_edge_of_its_page(self, qtbot, view) -> None:
        view.set_tool("draw")
        view.verticalScrollBar().setValue(700)  # the end of page 1 and the start of page 2
        with qtbot.waitSignal(view.area_drawn) as told:
            drag(qtbot, view, spot(view, 1, 100, 700), spot(view, 2, 300, 60))
        page, rect = told.args
        assert page == 1
        assert rect.y1 == pytest.approx(792)

    def test_escape_drops_what_is_being_drawn_then_leaves_the_tool(self, qtbot, view) -> None:
        view.set_tool("draw")
        with qtbot.assertNotEmitted(view.area_drawn):
            drag(qtbot, view, spot(view, 1, 100, 90), spot(view, 1, 300, 150), release=False)
            qtbot.keyClick(view, Key.Key_Escape)
            qtbot.mouseRelease(view.viewport(), LEFT, NONE, spot(view, 1, 300, 150))
        assert view.tool == "draw"
        with qtbot.waitSignal(view.tool_changed) as told:
            qtbot.keyClick(view, Key.Key_Escape)
        assert told.args == ["select"]

    def test_a_click_in_the_draw_tool_draws_nothing_but_selects(self, qtbot, view, kit) -> None:
        view.set_spans([kit.span("a")])
        view.set_tool("draw")
        with qtbot.assertNotEmitted(view.area_drawn), qtbot.waitSignal(view.span_clicked):
            click(qtbot, view, 1, 100, 110)

    def test_beside_the_page_nothing_is_drawn(self, qtbot, view) -> None:
        view.set_zoom(50)
        view.set_tool("draw")
        with qtbot.assertNotEmitted(view.area_drawn):
            drag(qtbot, view, QPoint(5, 100), QPoint(400, 300))

    def test_in_the_select_tool_dragging_draws_nothing(self, qtbot, view) -> None:
        with qtbot.assertNotEmitted(view.area_drawn):
            drag(qtbot, view, spot(view, 1, 100, 90), spot(view, 1, 300, 150))

    def test_drawing_with_keys_alone(self, qtbot, view) -> None:
        view.set_tool("draw")
        qtbot.keyClick(view, Key.Key_Left)  # shows the crosshair
        start = view._interaction.drawing.cross
        assert start is not None
        qtbot.keyClick(view, Key.Key_Left)
        qtbot.keyClick(view, Key.Key_Up, CTRL)
        for _ in range(5):
            qtbot.keyClick(view, Key.Key_Right, SHIFT)
        for _ in range(2):
            qtbot.keyClick(view, Key.Key_Down, SHIFT)
        with qtbot.waitSignal(view.area_drawn) as told:
            qtbot.keyClick(view, Key.Key_Return)
        page, rect = told.args
        assert page == start[0]
        left, top = start[1] - 6, start[2] - 1
        assert rect.as_list() == pytest.approx([left, top, left + 30, top + 12], abs=0.02)

    def test_too_small_an_area_by_keys_is_not_drawn(self, qtbot, view) -> None:
        view.set_tool("draw")
        qtbot.keyClick(view, Key.Key_Left)
        qtbot.keyClick(view, Key.Key_Right, SHIFT)
        with qtbot.assertNotEmitted(view.area_drawn):
            qtbot.keyClick(view, Key.Key_Return)

    def test_the_page_follows_the_crosshair(self, qtbot, view) -> None:
        view.set_tool("draw")
        for _ in range(80):
            qtbot.keyClick(view, Key.Key_Down)
        cross = view._interaction.drawing.cross
        assert view.shows_place(*cross)
        assert view.verticalScrollBar().value() > 0

    def test_a_crosshair_scrolled_away_comes_back_to_the_reader(self, qtbot, view) -> None:
        view.set_tool("draw")
        qtbot.keyClick(view, Key.Key_Left)
        view.go_to_page(5)
        qtbot.keyClick(view, Key.Key_Left)
        assert view._interaction.drawing.cross[0] == 5

    def test_holding_the_pointer_below_the_window_brings_the_page_up(self, qtbot, view) -> None:
        view.set_tool("draw")
        box = view.viewport()
        qtbot.mousePress(box, LEFT, NONE, spot(view, 1, 100, 90))
        qtbot.mouseMove(box, QPoint(300, box.height() + 50))
        qtbot.waitUntil(lambda: view.verticalScrollBar().value() > 60)
        with qtbot.waitSignal(view.area_drawn) as told:
            qtbot.mouseRelease(box, LEFT, NONE, QPoint(300, box.height() - 2))
        assert told.args[1].y1 > 480

    def test_an_unknown_tool(self, view) -> None:
        with pytest.raises(ValueError, match="laser"):
            view.set_tool("laser")


class TestKeysBelongToTheView:
    """Single-key shortcuts of the window must not take the keys the view lives by."""

    @pytest.mark.parametrize(("tool", "key", "is_kept"), [
        ("select", Key.Key_Down, True), ("select", Key.Key_Space, True), ("select", Key.Key_Return, False),
        ("select", Key.Key_C, False), ("draw", Key.Key_Return, True), ("draw", Key.Key_Escape, True),
    ])
    def test_shortcuts(self, qtbot, view, kit, tool: str, key: Qt.Key, is_kept: bool) -> None:
        fired: list[bool] = []
        shortcut = QShortcut(QKeySequence(key), view)
        shortcut.activated.connect(lambda: fired.append(True))
        view.set_tool(tool)
        qtbot.keyClick(view, key)
        assert bool(fired) is not is_kept


class TestOtherThings:
    def test_without_a_document(self, qtbot, view) -> None:
        view.set_hint("Drop a file here")
        with qtbot.waitSignal(view.page_changed) as told:
            view.set_document(None, [])
        assert told.args == [0]
        QApplication.processEvents()
        assert view.accessibleDescription() == "Drop a file here"
        for key in (Key.Key_Down, Key.Key_End, Key.Key_Return):
            qtbot.keyClick(view, key)
        view.set_tool("draw")
        qtbot.keyClick(view, Key.Key_Left)
        qtbot.keyClick(view, Key.Key_Return)
        click_at = view.viewport().rect().center()
        qtbot.mouseClick(view.viewport(), LEFT, NONE, click_at)
        view.next_page()
        view.fit_page()
        view.zoom_in()
        view.viewport().grab()

    def test_the_same_document_again_keeps_its_place(self, view, source, kit) -> None:
        view.set_spans([kit.span("a")])
        view.go_to_page(4)
        value = view.verticalScrollBar().value()
        view.set_document("d1", kit.page_rows(source.sizes))
        assert view.verticalScrollBar().value() == value
        view.set_document("d2", kit.page_rows(source.sizes))
        assert view.current_page == 1

    def test_screen_readers_are_told_where_we_are(self, qtbot, view, kit) -> None:
        view.set_spans([kit.span("a"), kit.span("b", page=2, origin=Origin.REVIEWER, kind=Kind.MARK)])
        view.select_spans(["a"])
        view.set_tool("draw")
        QApplication.processEvents()
        text = view.accessibleDescription()
        assert view.accessibleName()
        for part in ("Page 1 of 6", "100 percent", "1 span on", "Withheld by the agency", "Drawing"):
            assert part in text

    def test_focus_is_seen(self, qtbot, view) -> None:
        view.setFocus()
        qtbot.waitUntil(view.hasFocus)
        with_focus = view.viewport().grab().toImage()
        view.clearFocus()
        assert view.viewport().grab().toImage() != with_focus

    def test_a_dark_palette_darkens_the_desk_not_the_paper(self, qtbot, view) -> None:
        from PySide6.QtGui import QColor, QPalette

        view.set_zoom(50)
        light = view.viewport().grab().toImage()
        palette = QPalette(view.palette())
        palette.setColor(QPalette.ColorRole.Window, QColor("#1e2124"))
        view.setPalette(palette)
        dark = view.viewport().grab().toImage()
        desk, paper = QPoint(8, 300), spot(view, 1, 300, 100)
        assert light.pixelColor(desk).lightness() > 150 > 100 > dark.pixelColor(desk).lightness()
        assert dark.pixelColor(paper) == light.pixelColor(paper) == QColor("white")
