"""The pictures of the README, made from the sample documents and nothing else.

``python -m pytest tests/ui/test_screenshots.py`` checks that each picture comes out and shows something.
With ``REVIEW_APP_UPDATE_PICTURES=1`` the committed ones in ``resources/help/pictures`` are written anew.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("PySide6.QtWidgets", reason="Qt cannot be loaded here", exc_type=ImportError)

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from review_app.domain.vocabulary import Verdict
from review_app.review.desk import Desk
from review_app.ui.bridge import Bridge
from review_app.ui.main_window import MainWindow

PICTURES = Path(__file__).resolve().parents[2] / "resources" / "help" / "pictures"
WAIT = 30_000


@pytest.fixture
def window(qtbot, tmp_path: Path, seeds: Path) -> Iterator[MainWindow]:
    """The window on a workspace with both samples, the memo half reviewed."""
    with Desk.open(tmp_path / "workspace", "M. Ortiz") as desk:
        memo = desk.intake.add(seeds / "1992-briefing-memo.txt").document_id
        desk.intake.add(seeds / "1993-news-article.txt")
        first = desk.spans(memo)[0]
        desk.marking.confirm([first.id])
        desk.decisions.decide([first.id], Verdict.SUSTAIN, "foreign government information")
        bridge = Bridge()
        window = MainWindow(desk, bridge)
        bridge.attach(desk)
        qtbot.addWidget(window)
        with qtbot.waitActive(window):
            window.resize(1280, 800)
            window.show()
            window.activateWindow()
        window.commands.check_log()  # a second after a start, by itself
        qtbot.waitUntil(lambda: not window.status.is_busy, timeout=WAIT)
        yield window
        window.close()
        qtbot.waitUntil(window.isHidden, timeout=WAIT)
        assert bridge.shutdown()


def colours(picture: QImage) -> int:
    """How many different colours a picture has, seen through a coarse grid."""
    columns, rows = range(0, picture.width(), 5), range(0, picture.height(), 5)
    return len({picture.pixel(x, y) for x in columns for y in rows})


def take(widget: QWidget, name: str, tmp_path: Path) -> QImage:
    path = tmp_path / name
    assert widget.grab().save(str(path))
    if os.environ.get("REVIEW_APP_UPDATE_PICTURES"):
        PICTURES.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, PICTURES / name)
    picture = QImage(str(path))
    assert colours(picture) > 20, "an empty picture"
    return picture


def test_the_desk(window: MainWindow, qtbot, tmp_path: Path) -> None:
    window.current.select([window.current.spans[1].id])
    qtbot.waitUntil(lambda: not window.page.is_waiting, timeout=WAIT)
    small = window.parts.pictures.thumbnails
    qtbot.waitUntil(lambda: small.bytes_held > 0 and not small.is_waiting, timeout=WAIT)
    picture = take(window, "desk.png", tmp_path)
    assert (picture.width(), picture.height()) == (1280, 800)


def test_the_audit_log(window: MainWindow, qtbot, tmp_path: Path) -> None:
    window.shelf.show("log")
    log = window.shelf.dialog("log")
    log.verify.click()
    qtbot.waitUntil(lambda: log.outcome.text().startswith("✓"), timeout=WAIT)
    take(log, "audit-log.png", tmp_path)


def test_a_blank_picture_would_be_noticed(qtbot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REVIEW_APP_UPDATE_PICTURES", raising=False)
    blank = QWidget()
    qtbot.addWidget(blank)
    blank.resize(300, 200)
    with pytest.raises(AssertionError, match="an empty picture"):
        take(blank, "blank.png", tmp_path)


@pytest.mark.parametrize("name", ["desk.png", "audit-log.png"])
def test_the_committed_pictures_are_there(name: str) -> None:
    assert colours(QImage(str(PICTURES / name))) > 20
