"""What spans look like: told apart without colour, neighbours left readable, sharp on dense screens."""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFont, QImage, QPainter

from review_app.domain.geometry import Rect
from review_app.domain.vocabulary import Kind, Origin, Status
from review_app.ui import theme
from review_app.ui.page_view.chips import HEIGHT, TAB, Chips
from review_app.ui.page_view.hit import SpanIndex
from review_app.ui.page_view.overlay import Overlay
from review_app.ui.page_view.painting import label_margin

PAGE = QRectF(0, 0, 600, 400)


def painted(spans, *, selected=(), scale=1.0, ratio=1.0, paper="white", points=9) -> QImage:
    image = QImage(round(600 * ratio), round(400 * ratio), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(QColor(paper))
    overlay = Overlay()
    overlay.prepare(QFont("DejaVu Sans", points), ratio)
    painter = QPainter(image)
    overlay.paint(painter, SpanIndex(spans).on_page(1), PAGE, scale, selected)
    painter.end()
    return image


def grey(image: QImage) -> bytes:
    return bytes(image.convertToFormat(QImage.Format.Format_Grayscale8).constBits())


def difference(a: QImage, b: QImage) -> int:
    """Pixels that a person who sees no colours would see as different."""
    return sum(abs(x - y) > 60 for x, y in zip(grey(a), grey(b), strict=True))


def touched(image: QImage, area: Rect, paper="white") -> int:
    """Pixels of an area that are not paper."""
    white = QColor(paper).rgb()
    return sum(
        image.pixel(x, y) != white
        for x in range(int(area.x0), int(area.x1)) for y in range(int(area.y0), int(area.y1))
    )


def test_origins_differ_in_form_not_only_in_colour(qapp, kit) -> None:
    for kind in (Kind.BLANK, Kind.NOTE):
        agency = painted([kit.span("s", rect=(50, 100, 250, 160), kind=kind)])
        reviewer = painted([kit.span("s", rect=(50, 100, 250, 160), kind=kind, origin=Origin.REVIEWER)])
        assert difference(agency, reviewer) > 150


@pytest.mark.parametrize("origin", list(Origin))
def test_statuses_differ_in_form_not_only_in_colour(qapp, kit, origin: Origin) -> None:
    images = [
        painted([kit.span("s", rect=(50, 100, 250, 160), kind=Kind.NOTE, origin=origin, status=status)])
        for status in Status
    ]
    for a, b in itertools.combinations(images, 2):
        assert difference(a, b) > 20


def test_a_selected_span_stands_out(qapp, kit) -> None:
    span = kit.span("s", rect=(50, 100, 250, 160))
    assert difference(painted([span]), painted([span], selected=["s"])) > 300


def test_the_selected_span_is_on_top(qapp, kit) -> None:
    spans = [kit.span("a", rect=(50, 100, 250, 160)), kit.span("b", rect=(60, 110, 260, 170))]
    alone = painted([spans[0]], selected=["a"])
    both = painted(spans, selected=["a"])
    corner = (50, 100)  # a knob of a
    assert both.pixelColor(*corner) == alone.pixelColor(*corner)


def test_a_label_stays_inside_the_area_it_names(qapp, kit) -> None:
    for width in (30, 60, 90, 150, 300):
        image = painted([kit.span("s", rect=(100, 100, 100 + width, 150))])
        around = touched(image, Rect(0, 0, 600, 93)) + touched(image, Rect(0, 151, 600, 400))
        around += touched(image, Rect(0, 93, 94, 151)) + touched(image, Rect(101 + width, 93, 600, 151))
        assert around == 0


def test_labels_grow_with_the_letters_of_the_window(qapp, kit) -> None:
    chips, larger = Chips(), Chips()
    chips.prepare(QFont("DejaVu Sans", 9), 1.0)
    larger.prepare(QFont("DejaVu Sans", 18), 1.0)
    assert (chips.height, chips.tab) == (HEIGHT, TAB)
    assert larger.height == pytest.approx(2 * HEIGHT, abs=2) and larger.tab == pytest.approx(2 * TAB, abs=2)
    assert larger.width("withheld") > 1.7 * chips.width("withheld")
    span = kit.span("s", rect=(50, 200, 550, 260), kind=Kind.NOTE)

    def above(points: int) -> int:
        """How far the label of the selected span reaches over its ring."""
        image = painted([span], selected=["s"], points=points)
        return next(200 - y for y in range(200) if touched(image, Rect(40, y, 560, y + 1)))

    assert above(9) == HEIGHT + 6
    assert above(18) > 2 * HEIGHT + 2
    # What is painted anew around a span has room for that, and would not have without growing.
    assert label_margin(QFont("DejaVu Sans", 18)) > above(18) > label_margin(QFont("DejaVu Sans", 9))


def test_text_under_a_note_and_its_neighbours_stays_readable(qapp, kit) -> None:
    """Over text there is the outline and a tab of a few pixels, no label."""
    image = painted([kit.span("s", rect=(100, 100, 300, 114), kind=Kind.NOTE)])
    inside = Rect(106, 103, 289, 111)
    assert touched(image, inside) == 0
    assert touched(image, Rect(100, 82, 300, 100)) < 80  # the line above, 18 by 200 pixels


def test_the_code_of_a_reviewers_mark_stands_in_the_margin(qapp, kit) -> None:
    bare = painted([kit.span("s", rect=(100, 100, 300, 114), kind=Kind.MARK, origin=Origin.REVIEWER)])
    coded = painted([
        kit.span("s", rect=(100, 100, 300, 114), kind=Kind.MARK, origin=Origin.REVIEWER, codes=["(b)(6)"])
    ])
    assert touched(bare, Rect(520, 90, 600, 125)) == 0
    assert touched(coded, Rect(520, 90, 600, 125)) > 100
    assert touched(coded, Rect(310, 90, 520, 125)) == 0


def test_a_rejected_span_is_crossed_out(qapp, kit) -> None:
    image = painted([kit.span("s", rect=(100, 100, 300, 200), kind=Kind.NOTE, status=Status.REJECTED)])
    assert touched(image, Rect(196, 146, 205, 155)) > 0
    image = painted([kit.span("s", rect=(100, 100, 300, 200), kind=Kind.NOTE, status=Status.CONFIRMED)])
    assert touched(image, Rect(196, 146, 205, 155)) == 0


def test_on_a_black_box_the_agencys_hatching_is_seen(qapp, kit) -> None:
    image = painted([kit.span("s", rect=(50, 100, 250, 160), kind=Kind.BLACK_BOX)], paper="black")
    assert touched(image, Rect(60, 125, 240, 155), paper="black") > 300


def test_a_dense_screen_gets_the_same_picture_in_more_pixels(qapp, kit) -> None:
    spans = [kit.span("s", rect=(50, 100, 250, 160)), kit.span("t", rect=(300, 100, 500, 160))]
    plain, dense = painted(spans), painted(spans, ratio=2.0)
    assert dense.width() == 2 * plain.width()
    edges = [(150, 100), (400, 100)]
    for x, y in edges:
        assert QColor(dense.pixelColor(2 * x, 2 * y)) == QColor(plain.pixelColor(x, y))


def contrast(a: QColor, b: QColor) -> float:
    def light(c: QColor) -> float:
        parts = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in c.getRgbF()[:3]]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    low, high = sorted((light(a), light(b)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("base", ["#ffffff", "#17191c"])
def test_list_colours_have_enough_contrast(qapp, base: str) -> None:
    """WCAG 2.2, 1.4.3: 4.5 to 1 for text."""
    palette = qapp.palette()
    palette.setColor(palette.ColorRole.Window, QColor(base))
    of = theme.Theme.of(palette)
    assert of.is_dark is (base != "#ffffff")
    for colour in (of.agency, of.reviewer, of.rejected):
        assert contrast(colour, QColor(base)) >= 4.5
    for origin in Origin:
        assert contrast(theme.span_colour(origin, Status.CONFIRMED), QColor("white")) >= 4.5
    assert contrast(of.muted, of.desk) >= 4.5
