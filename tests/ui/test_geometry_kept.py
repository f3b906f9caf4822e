"""The window comes back where it can be seen: screens come and go between two runs, and during one."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QMainWindow

from review_app.ui import geometry_kept, settings
from review_app.ui.geometry_kept import fitted
from review_app.ui.settings_table import PLACE

LAPTOP = QRect(0, 0, 1280, 770)
BESIDE = QRect(1280, 0, 2560, 1440)
ABOVE = QRect(0, -1440, 2560, 1440)


@pytest.mark.parametrize(("place", "screens"), [
    (QRect(100, 80, 900, 600), [LAPTOP]),
    (QRect(2000, 200, 1600, 1000), [LAPTOP, BESIDE]),
    (QRect(10, -1400, 1600, 1000), [LAPTOP, ABOVE]),
    (QRect(-300, 40, 900, 600), [LAPTOP]),
    (QRect(5000, 5000, 10, 10), []),
])
def test_a_place_that_can_be_seen_stays(place, screens):
    assert fitted(place, screens) == place


@pytest.mark.parametrize(("place", "screens", "wanted"), [
    (QRect(2000, 200, 1600, 1000), [LAPTOP], LAPTOP),
    (QRect(2000, 200, 900, 600), [LAPTOP], QRect(380, 170, 900, 600)),
    (QRect(10, -1400, 900, 600), [LAPTOP], QRect(10, 0, 900, 600)),
    (QRect(100, 100, 2400, 1300), [LAPTOP], LAPTOP),
    (QRect(1270, 40, 900, 600), [LAPTOP], QRect(380, 40, 900, 600)),
    (QRect(100, -60, 900, 600), [LAPTOP], QRect(100, 0, 900, 600)),
    (QRect(50, 50, 20, 20), [LAPTOP], QRect(50, 50, 640, 400)),
])
def test_what_could_not_be_seen_comes_back(place, screens, wanted):
    found = fitted(place, screens)
    assert found == wanted
    assert any(s.contains(found) for s in screens)
    assert fitted(found, screens) == found, "once is enough"


def test_a_window_is_put_back_where_it_was(qtbot):
    first = QMainWindow()
    qtbot.addWidget(first)
    first.setGeometry(40, 50, 700, 500)
    geometry_kept.save(first)
    second = QMainWindow()
    qtbot.addWidget(second)
    geometry_kept.restore(second)
    assert second.geometry() == QRect(40, 50, 700, 500)


@pytest.mark.parametrize(("screen", "is_tight"), [
    (QRect(0, 0, 1280, 800), True), (LAPTOP, True), (QRect(0, 0, 1280, 840), False), (BESIDE, False),
])
def test_the_first_window_shows_its_status_bar(screen, is_tight):
    assert geometry_kept.is_tight([screen]) is is_tight


@pytest.mark.parametrize("screen", [QRect(0, 0, 1280, 840), BESIDE, ABOVE])
def test_the_first_window_takes_most_of_its_screen(screen):
    place = geometry_kept.first(screen)
    assert screen.contains(place) and place.width() >= 1280 and place.height() >= 800
    assert place.width() >= screen.width() * 8 // 10
    assert place.top() - screen.top() >= geometry_kept.FRAME_PX, "room for its title"
    assert not geometry_kept.is_tight([])


@pytest.mark.parametrize("stored", ["", ["a", "b", "c", "d"], ["1", "2", "0", "5"], ["1", "2"]])
def test_settings_that_make_no_sense_are_left_alone(qtbot, stored):
    settings.store().setValue("window/place", stored)
    window = QMainWindow()
    qtbot.addWidget(window)
    first = QMainWindow()
    qtbot.addWidget(first)
    settings.store().remove("window/place")
    geometry_kept.restore(first)
    settings.store().setValue("window/place", stored)
    geometry_kept.restore(window)
    assert window.geometry() == first.geometry() and window.windowState() == first.windowState()
    settings.forget(PLACE)


def test_a_screen_that_goes_away_takes_no_window_with_it(qtbot, monkeypatch):
    window = QMainWindow()
    qtbot.addWidget(window)
    window.setGeometry(3000, 2000, 700, 500)
    with qtbot.waitExposed(window):
        window.show()
    screens = geometry_kept.screens()
    geometry_kept.keep_visible(window)
    assert any(s.contains(window.geometry()) for s in screens)
