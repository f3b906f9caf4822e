"""Rows as the store would give them, and a window on a real workspace."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from review_app.domain.findings import CodeReading
from review_app.domain.geometry import Rect
from review_app.domain.rows import DocumentRow, RecordRow, SpanRow
from review_app.domain.vocabulary import (
    Band,
    Disposition,
    ExemptionStatus,
    Field,
    FieldStatus,
    Kind,
    Origin,
    Provenance,
    Status,
)


def _span(number: int, **values: object) -> SpanRow:
    base: dict[str, object] = {
        "id": f"s{number}", "document_id": "d1", "page": number, "kind": Kind.BLANK, "origin": Origin.AGENCY,
        "status": Status.SUGGESTED, "rects": (Rect(72, 100, 540, 140),), "confidence": 0.9,
        "band": Band.LIKELY, "detector": "blanks", "evidence": "lines of tabs between two sentences",
        "exemption_status": ExemptionStatus.NOT_STATED,
    }
    codes = values.pop("codes", ())
    base["codes"] = tuple(CodeReading(c, c, Provenance.REVIEWER) for c in codes)
    return SpanRow(**{**base, **values})


@pytest.fixture
def span() -> Callable[..., SpanRow]:
    return _span


@pytest.fixture
def record_row() -> Callable[..., RecordRow]:
    def make(number: int, field: Field = Field.CASE_ID, value: str = "90019152") -> RecordRow:
        return RecordRow(f"r{number}", "d1", field, value, f"Case ID:\n{value}", number,
                         Rect(72, 700, 540, 715), 0.99, FieldStatus.SUGGESTED)

    return make


@pytest.fixture
def document_row() -> Callable[..., DocumentRow]:
    def make(number: int, name: str = "memo.txt", undecided: int = 0, spans: int = 0) -> DocumentRow:
        return DocumentRow(f"d{number}", None, "0" * 64, name, "text/plain", 3,
                           Disposition.RELEASED_IN_PART, "2026-01-01T00:00:00Z", spans, undecided)

    return make


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """A real desk on an empty workspace, with real children."""
    from review_app.review.desk import Desk

    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    with Desk.open(tmp_path / "workspace", "M. Ortiz") as desk:
        yield desk


@pytest.fixture
def open_window(qtbot) -> Iterator[Callable[[object], object]]:
    """Shows a window on a desk, and closes it as a user would."""
    from review_app.ui.bridge import Bridge
    from review_app.ui.main_window import MainWindow

    opened: list[tuple[MainWindow, Bridge]] = []

    def show(desk: object, *, expects_file: bool = False, is_arranged: bool = False) -> MainWindow:
        bridge = Bridge()
        window = MainWindow(desk, bridge, expects_file=expects_file)
        bridge.attach(desk)
        opened.append((window, bridge))
        qtbot.addWidget(window)
        if is_arranged:  # before it is shown, as the program does at its start
            window.comfort.arrange()
        with qtbot.waitActive(window):
            window.show()
            window.activateWindow()
        return window

    yield show
    for window, bridge in opened:
        window.close()
        qtbot.waitUntil(lambda w=window: w.isHidden(), timeout=20_000)
        assert bridge.shutdown()
