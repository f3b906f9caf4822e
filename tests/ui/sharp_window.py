"""A window on screens with other pixels than the tests have: run by test_high_dpi, prints JSON.

Arguments: an empty folder, the document, and ``moves`` when there is a second screen to go to.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from PySide6.QtCore import QElapsedTimer, QPoint, QRect
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from review_app.review.desk import Desk
from review_app.ui import geometry_kept
from review_app.ui.bridge import Bridge
from review_app.ui.main_window import MainWindow
from review_app.ui.theme import AGENCY_ON_PAPER

WAIT_MS = 30_000


def until(done) -> None:
    clock = QElapsedTimer()
    clock.start()
    while not done():
        if clock.elapsed() > WAIT_MS:
            raise TimeoutError
        QTest.qWait(10)


def edge_found(window: MainWindow, picture: QImage, ratio: float) -> bool:
    """Whether the dashed frame of the second span lies where the view says, in device pixels."""
    span = window.current.spans[1]
    place = window.page.window_rect(span.page, span.rects[0])
    corner = window.page.viewport().mapTo(window, place.toRect().topLeft())
    rows = range(round(corner.y() * ratio), round((corner.y() + place.height()) * ratio))
    columns = range(round((corner.x() - 4) * ratio), round((corner.x() + 4) * ratio))
    return any(is_blue(picture.pixelColor(x, y)) for x in columns for y in rows)


def is_blue(seen: QColor) -> bool:
    return max(abs(a - b) for a, b in zip(seen.getRgb(), AGENCY_ON_PAPER.getRgb(), strict=True)) < 60


def facts(window: MainWindow) -> dict[str, object]:
    """What the window shows now, once all pictures have come."""
    page = window.page
    small = window.parts.pictures
    until(lambda: not page.is_waiting and not small.thumbnails.is_waiting)
    until(lambda: not window.inspector.picture.isHidden())
    ratio = page.viewport().devicePixelRatioF()
    until(lambda: window.inspector.picture.pixmap().devicePixelRatio() == ratio)
    until(lambda: not page.is_waiting and not small.thumbnails.is_waiting)
    picture = window.grab().toImage()
    number = page.current_page
    pieces = page._pictures.cut(number, page.page_size(number), page.scale * ratio)
    cut_out = window.inspector.picture.pixmap()
    return {
        "ratio": ratio, "grabbed": [picture.width(), picture.height()],
        "window": [window.width(), window.height()],
        "has sharp page": page._pictures.exact(pieces.whole) is not None,
        "cut out": [cut_out.devicePixelRatio(), cut_out.width() / max(1, window.inspector.picture.width())],
        "span edge": edge_found(window, picture, ratio),
        "thumbnail": small.thumbnails.key(number, small._scale(number)) in small.thumbnails._cache,
    }


def main() -> None:
    folder, document = Path(sys.argv[1]), Path(sys.argv[2])
    app = QApplication([])
    with Desk.open(folder / "w", "M. Ortiz") as desk:
        desk.intake.add(document)
        bridge = Bridge()
        window = MainWindow(desk, bridge)
        bridge.attach(desk)
        window.setGeometry(QRect(20, 20, 1000, 640))
        window.show()
        window.activateWindow()
        until(lambda: not window.status.is_busy)
        window.current.select([window.current.spans[0].id])
        found = [facts(window)]
        if sys.argv[3:] == ["moves"]:
            there = app.screens()[1]
            window.windowHandle().setScreen(there)
            window.move(there.geometry().topLeft() + QPoint(40, 40))
            until(lambda: window.devicePixelRatioF() == there.devicePixelRatio())
            window.resize(1000, 640)  # this platform halves it, and little of the page would be left
            found.append(facts(window))
            # The screen beside is unplugged: Qt puts nothing back by itself where it was off all others.
            window.move(QPoint(9_000, 9_000))
            geometry_kept.keep_visible(window)
            found.append({"seen": any(s.contains(window.geometry()) for s in geometry_kept.screens())})
        print(json.dumps(found))
        window.close()
        until(window.isHidden)
        bridge.shutdown()


main()
