"""Where the window stands, remembered for this user, and put back where somebody can see it.

A window that was closed on a screen that is gone now (unplugged, another resolution) would open out of sight.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow

from review_app.ui import settings
from review_app.ui.settings_table import MAXIMISED, PLACE

TITLE_PX = 32
"""So much of the top of a window must be on a screen that it can be dragged."""
GRIP_PX = 120
FRAME_PX = 40
"""Height of a title bar and the borders, about: the frame is not known before the window is shown."""
MIN_WIDTH, MIN_HEIGHT = 640, 400
FIRST_WIDTH, FIRST_HEIGHT = 1280, 800
FIRST_PERCENT = 85
"""How much of a large screen a window takes the first time: the page is what one looks at."""


def fitted(wanted: QRect, screens: Sequence[QRect]) -> QRect:
    """``wanted``, moved and made smaller as far as it must be for one of ``screens`` to show it.

    A window whose title can be reached stays where it is, as long as its screen holds it. ``screens`` are the
    free areas of the screens, the first the main one; without any screen nothing is changed.
    """
    if not screens:
        return wanted
    title = QRect(wanted.x(), wanted.y(), wanted.width(), TITLE_PX)
    best = max(screens, key=lambda s: _area(s.intersected(wanted)))
    seen = title.intersected(best)
    if _area(best.intersected(wanted)) == 0:
        best = screens[0]
    elif seen.width() >= GRIP_PX and seen.height() >= TITLE_PX // 2 and \
            wanted.width() <= best.width() and wanted.height() <= best.height():
        return wanted
    width = min(max(wanted.width(), MIN_WIDTH), best.width())
    height = min(max(wanted.height(), MIN_HEIGHT), best.height())
    x = min(max(wanted.x(), best.left()), best.right() + 1 - width)
    y = min(max(wanted.y(), best.top()), best.bottom() + 1 - height)
    return QRect(x, y, width, height)


def restore(window: QMainWindow) -> None:
    """Put a window where it was when it was last closed, on a screen that is there; the first time, where
    all of it can be seen."""
    place = settings.get(PLACE)
    if place:
        window.setGeometry(fitted(QRect(*place), screens()))
        if settings.get(MAXIMISED):
            window.showMaximized()
    elif is_tight(screens()):
        window.setWindowState(Qt.WindowState.WindowMaximized)
    elif screens():
        window.setGeometry(first(screens()[0]))


def first(screen: QRect) -> QRect:
    """Where a window stands that was never anywhere: most of a large screen, in its middle."""
    width = max(FIRST_WIDTH, screen.width() * FIRST_PERCENT // 100)
    height = max(FIRST_HEIGHT, screen.height() * FIRST_PERCENT // 100)
    x = screen.left() + (screen.width() - width) // 2
    y = screen.top() + max(FRAME_PX, (screen.height() - height) // 2)
    return QRect(x, y, width, height)


def is_tight(screens: Sequence[QRect]) -> bool:
    """True where the main screen does not hold a window of the first size with its frame: the status bar
    would stand below the edge."""
    return bool(screens) and (
        screens[0].width() < FIRST_WIDTH or screens[0].height() < FIRST_HEIGHT + FRAME_PX
    )


def save(window: QMainWindow) -> None:
    """Remember where a window is."""
    place = window.normalGeometry().getRect()
    if place[2] > 0 and place[3] > 0:
        settings.put(PLACE, place)
        settings.put(MAXIMISED, window.isMaximized())


def forget(window: QMainWindow) -> None:
    """Put a window where it stands at first: of its first size, in the middle of the main screen."""
    settings.forget(PLACE)
    settings.forget(MAXIMISED)
    window.showNormal()
    found = screens()
    wanted = QRect(0, 0, FIRST_WIDTH, FIRST_HEIGHT)
    if found:
        wanted.moveCenter(found[0].center())
    window.setGeometry(fitted(wanted, found))
    if is_tight(found):
        window.showMaximized()


def keep_visible(window: QMainWindow) -> None:
    """A screen went away: bring the window back to one that is there."""
    if window.isVisible() and not window.isMaximized() and not window.isFullScreen():
        place = fitted(window.geometry(), screens())
        if place != window.geometry():
            window.setGeometry(place)


def screens() -> list[QRect]:
    """The free areas of the screens, the main one first."""
    main = QGuiApplication.primaryScreen()
    others = [s for s in QGuiApplication.screens() if s is not main]
    return [s.availableGeometry() for s in ([main] if main is not None else []) + others]


def _area(rect: QRect) -> int:
    return max(0, rect.width()) * max(0, rect.height())

