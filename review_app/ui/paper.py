"""Puts pages on paper: pictures in bands, the spans over them when wanted. Runs on a background thread.

Only what a page shows is printed, as pixels: the text of the document, and what lies under its boxes, is not
in what goes to the printer or into a PDF made by printing.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence

from PySide6.QtCore import QCoreApplication, QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPageLayout, QPainter, QPen
from PySide6.QtPrintSupport import QPrinter

from review_app.domain.errors import Cancelled, EnvironmentProblem, ReviewError
from review_app.domain.rows import PageRow, Progress, SpanRow
from review_app.domain.values import dataclass
from review_app.domain.vocabulary import Origin, Status
from review_app.review.printing import Band
from review_app.ui.bridge import ProgressFn
from review_app.ui.page_view import labels
from review_app.ui.theme import LABELLED_INSIDE, STROKES, span_colour

MOST_DPI, MOST_DPI_IN_FILES = 600, 300
"""Pixels an inch a page is drawn with at most: on paper nobody sees more, and a file would grow fourfold."""

SLICE_PIXELS = 200_000
"""Pixels handed to Qt at a time: packing them takes a few milliseconds, within a frame of the window."""

FOOT = 14.0
"""Points at the lower edge for the line that says whose reading the marks are."""

LABEL = 6.5
"""Size of labels in points."""

Bands = Callable[[PageRow, float, threading.Event], Iterator[Band]]


@dataclass(frozen=True, slots=True)
class Task:
    """What is printed: pages in this order, and over them the spans of each; none for pages as they are.

    ``foot`` is the line below pages with spans; ``{page}`` in it becomes the number.
    """

    pages: tuple[PageRow, ...]
    spans: Mapping[int, Sequence[SpanRow]]
    foot: str = ""


@dataclass(frozen=True, slots=True)
class Printed:
    """How many pages were printed, and which of them say only that they cannot be drawn."""

    pages: int
    failed: tuple[int, ...] = ()


def print_pages(
    printer: QPrinter, task: Task, bands: Bands, progress: ProgressFn, cancel: threading.Event
) -> Printed:
    """Print. A page that cannot be drawn is printed as a sentence that says so, and the others go on.

    Raises:
        EnvironmentProblem: the printer or the file cannot be written.
        Cancelled: ``cancel`` was set; what had not left is withdrawn.
    """
    painter = QPainter()
    failed: list[int] = []
    copies = 1 if printer.supportsMultipleCopies() else max(1, printer.copyCount())
    pages = task.pages * copies
    try:
        for done, page in enumerate(pages):
            progress(Progress(done, len(pages)))
            _stop_if(cancel)
            _next_sheet(printer, painter, page, is_first=done == 0)
            try:
                _print_page(printer, painter, page, task, bands, cancel)
            except Cancelled:
                raise
            except ReviewError as error:
                failed.append(page.number)
                _say(printer, painter, page.number, error)
    except BaseException:
        if painter.isActive():
            printer.abort()
            painter.end()
        raise
    if not painter.end() or printer.printerState() == QPrinter.PrinterState.Error:
        raise _cannot()
    return Printed(len(pages), tuple(dict.fromkeys(failed)))


def _next_sheet(printer: QPrinter, painter: QPainter, page: PageRow, *, is_first: bool) -> None:
    """A fresh sheet, upright or on its side like the page."""
    way = QPageLayout.Orientation
    printer.setPageOrientation(way.Landscape if page.width > page.height else way.Portrait)
    if not (painter.begin(printer) if is_first else printer.newPage()):
        raise _cannot()


def _print_page(
    printer: QPrinter, painter: QPainter, page: PageRow, task: Task, bands: Bands, cancel: threading.Event
) -> None:
    sheet = _sheet(printer, has_foot=bool(task.foot))
    # Device pixels a point: the page in its own size, or smaller where the sheet is.
    scale = min(printer.resolution() / 72, sheet.width() / page.width, sheet.height() / page.height)
    most = MOST_DPI_IN_FILES if printer.outputFormat() == QPrinter.OutputFormat.PdfFormat else MOST_DPI
    # Each pixel of the picture is a whole number of dots, so that bands meet without a seam.
    dots = max(1, math.ceil(scale * 72 / most))
    left = round(sheet.left() + (sheet.width() - page.width * scale) / 2)
    top = round(sheet.top() + (sheet.height() - page.height * scale) / 2)
    for band in bands(page, scale / dots, cancel):
        _stop_if(cancel)
        _draw_band(painter, band, left, top, dots)
    painter.setClipRect(QRectF(left, top, page.width * scale, page.height * scale))
    for span in task.spans.get(page.number, ()):
        _mark(painter, span, left, top, scale)
    painter.setClipping(False)
    if task.foot:
        painter.setFont(_font(7.0, scale))
        painter.setPen(Qt.GlobalColor.black)
        room = QRectF(sheet.left(), sheet.bottom(), sheet.width(), FOOT * printer.resolution() / 72)
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, task.foot.replace("{page}", str(page.number)))


def _draw_band(painter: QPainter, band: Band, left: int, top: int, dots: int) -> None:
    """Slice by slice: while Qt packs a picture for the printer, the window's own thread stands still."""
    picture, data = band.picture, memoryview(band.picture.data)
    step = max(1, SLICE_PIXELS // picture.width)
    for first in range(0, picture.height, step):
        rows = min(step, picture.height - first)
        image = QImage(data[first * picture.stride:(first + rows) * picture.stride], picture.width, rows,
                       picture.stride, QImage.Format.Format_RGB32)
        if image.allGray():
            image = image.convertToFormat(QImage.Format.Format_Grayscale8)
        room = QRectF(left, top + (band.top + first) * dots, picture.width * dots, rows * dots)
        painter.drawImage(room, image)


def _sheet(printer: QPrinter, *, has_foot: bool) -> QRectF:
    """The room for the page on the sheet, in device pixels from its printable corner."""
    room = printer.pageRect(QPrinter.Unit.DevicePixel)
    foot = FOOT * printer.resolution() / 72 if has_foot else 0.0
    return QRectF(0, 0, room.width(), room.height() - foot)


def _mark(painter: QPainter, span: SpanRow, left: float, top: float, scale: float) -> None:
    """A span in colour and form: dashes as on screen, a thick frame for the reviewer's own, a line through
    what was rejected; kind and codes as a small label above."""
    colour = QColor(span_colour(span.origin, span.status))
    stroke = STROKES[span.status]
    width = (1.8 if span.origin is Origin.REVIEWER else 0.9) * scale
    pen = QPen(colour, width)
    if stroke.dashes:
        pen.setDashPattern([length / 2 for length in stroke.dashes])
    areas = [QRectF(left + r.x0 * scale, top + r.y0 * scale, r.width * scale, r.height * scale)
             for r in span.rects]
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRects(areas)
    if span.status is Status.REJECTED:
        painter.drawLines([QLineF(area.bottomLeft(), area.topRight()) for area in areas])
    if areas:
        text, is_inside = labels.variants(span)[0], span.kind in LABELLED_INSIDE
        _label(painter, text, areas[0], colour, scale, is_inside=is_inside)


def _label(
    painter: QPainter, text: str, area: QRectF, colour: QColor, scale: float, *, is_inside: bool
) -> None:
    font = _font(LABEL, scale)
    metrics = QFontMetricsF(font, painter.device())
    height, width = metrics.height(), metrics.horizontalAdvance(text) + 2 * scale
    above = area.top() - height
    chip = QRectF(area.left(), above if above > 0 else area.bottom(), width, height)
    if is_inside and area.height() > height * 1.5 and area.width() > width:
        # Above it stand words of the document; inside there is nothing to read.
        chip.moveTopRight(area.topRight())
    painter.fillRect(chip, Qt.GlobalColor.white)
    painter.setPen(QPen(colour, 0.4 * scale))
    painter.drawRect(chip)
    painter.setFont(font)
    painter.setPen(colour)
    painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, text)


def _say(printer: QPrinter, painter: QPainter, number: int, error: ReviewError) -> None:
    """What stands on the sheet of a page that cannot be drawn, over what was drawn of it."""
    sheet = _sheet(printer, has_foot=False)
    painter.setClipping(False)
    painter.fillRect(sheet, Qt.GlobalColor.white)
    painter.setPen(Qt.GlobalColor.black)
    painter.setFont(_font(12.0, printer.resolution() / 72))
    text = QCoreApplication.translate("paper", "Page {page} cannot be printed: {what}.")
    painter.drawText(sheet, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap,
                     text.format(page=number, what=error.what))


def _font(points: float, scale: float) -> QFont:
    """A font of ``points`` on the page, whatever the printer takes for a point."""
    font = QFont("DejaVu Sans")
    font.setPixelSize(max(1, round(points * scale)))
    return font


def _stop_if(cancel: threading.Event) -> None:
    if cancel.is_set():
        raise Cancelled("Stopped")


def _cannot() -> EnvironmentProblem:
    return EnvironmentProblem(
        QCoreApplication.translate("paper", "It cannot be printed"),
        why=QCoreApplication.translate("paper", "the printer does not answer, or its file cannot be written"),
        todo=QCoreApplication.translate("paper", "Look at the printer, or choose another place for the file"),
    )
