"""A real source of pictures without a child process, and a view that shows it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import pytest
from pytestqt.qtbot import QtBot

from review_app.domain.errors import InputRefused, ReviewError
from review_app.domain.findings import CodeReading
from review_app.domain.geometry import Rect
from review_app.domain.pictures import PictureKey, PlacedWord, Wish
from review_app.domain.rows import PageRow, SpanRow
from review_app.domain.vocabulary import Band, ExemptionStatus, Kind, Origin, Provenance, Status
from review_app.ui.page_view.source import OnDone, OnWords
from review_app.ui.page_view.view import PageView

LETTER = (612.0, 792.0)

Wanted = tuple[int, float]
"""A page from 1 and a scale."""


def page_words(page: int) -> list[PlacedWord]:
    """``page N line M`` three times, from 100 points down, 72 from the left, 20 points apart."""
    words = []
    for line in range(3):
        x = 72.0
        for text in ("page", str(page), "line", str(line + 1)):
            y = 100.0 + 20 * line
            words.append(PlacedWord(Rect(x, y, x + 6 * len(text), y + 12), text, line))
            x += 6 * (len(text) + 1)
    return words


@dataclass(frozen=True)
class Painted:
    width: int
    height: int
    stride: int
    data: bytes


class PaintedSource:
    """Paints pages in a thread of its own, in the order of the wish list; wishes can be held back.

    A page is white with a dark stripe at its middle, so that a test can see that it came. ``asked`` and the
    like hold pages and scales, ``keys`` all of what was asked for.
    """

    def __init__(self, sizes: Sequence[tuple[float, float]]) -> None:
        self.sizes = list(sizes)
        self.failing: dict[int, ReviewError] = {}
        self.asked: list[Wanted] = []
        self.keys: list[PictureKey] = []
        self.painted: list[Wanted] = []
        self.forgotten: list[Wanted] = []
        self.make: Callable[[int, float], Painted] = self.paint
        self._wishes: dict[PictureKey, tuple[Wish, OnDone]] = {}
        self._painting: PictureKey | None = None
        self._changed = threading.Condition()
        self._held = False
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="painted-source", daemon=True)
        self._thread.start()

    def want(self, wishes: Sequence[Wish], on_done: OnDone) -> None:
        with self._changed:
            now = {wish.key: (wish, on_done) for wish in wishes}
            now.pop(self._painting, None)
            self.keys.extend(key for key in now if key not in self._wishes)
            self.asked.extend((key.page, key.scale) for key in now if key not in self._wishes)
            self.forgotten.extend((key.page, key.scale) for key in self._wishes if key not in now)
            self._wishes = now
            self._changed.notify()

    def want_words(self, page: int, on_done: OnWords, *, letters: bool = False) -> None:
        """Three lines on each page, each letter 6 points wide."""
        words = page_words(page)
        if letters:
            words = [w._replace(edges=tuple(w.rect.x0 + 6 * n for n in range(len(w.text) + 1)))
                     for w in words]
        threading.Thread(target=on_done, args=(words,), daemon=True).start()

    def hold(self) -> None:
        """Begin nothing until :meth:`go_on`."""
        with self._changed:
            self._held = True

    def go_on(self) -> None:
        with self._changed:
            self._held = False
            self._changed.notify()

    def waiting(self) -> list[Wanted]:
        with self._changed:
            return [(key.page, key.scale) for key in self._wishes]

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join()

    def paint(
        self, page: int, scale: float, part: tuple[int, int, int, int] | None = None, turn: int = 0
    ) -> Painted:
        # No Qt here: two threads that use a Qt class for the first time at once crash PySide6 6.11
        # (it makes classes and enums when they are first needed).
        width, height = (round(v * scale) for v in self.sizes[page - 1])
        if turn in (90, 270):
            width, height = height, width
        stripe = max(2, height // 20)
        above = (height - stripe) // 2
        left, top, right, bottom = part or (0, 0, width, height)
        width, height = right - left, bottom - top
        white, dark = b"\xff\xff\xff\xff" * width, b"\x20\x20\x20\xff" * width
        rows = [dark if above <= y < above + stripe else white for y in range(top, bottom)]
        return Painted(width, height, 4 * width, b"".join(rows))

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closed or (self._wishes and not self._held))
                if self._closed:
                    return
                self._painting = key = next(iter(self._wishes))
                wish, on_done = self._wishes.pop(key)
                self.painted.append((key.page, key.scale))
                problem = self.failing.get(key.page)
            is_plain = key.part is None and not key.turn
            on_done(wish, problem or (
                self.make(key.page, key.scale) if is_plain
                else self.paint(key.page, key.scale, key.part, key.turn)
            ))
            with self._changed:
                self._painting = None


MakeSource = Callable[[Sequence[tuple[float, float]]], PaintedSource]


@pytest.fixture
def make_source() -> Iterator[MakeSource]:
    made: list[PaintedSource] = []

    def make(sizes: Sequence[tuple[float, float]]) -> PaintedSource:
        made.append(PaintedSource(sizes))
        return made[-1]

    yield make
    for source in made:
        source.close()


@pytest.fixture
def source(make_source: MakeSource) -> PaintedSource:
    """Six letter pages."""
    return make_source([LETTER] * 6)


@pytest.fixture
def view(qtbot: QtBot, source: PaintedSource) -> PageView:
    """The view on the six pages, 800 by 600, at 100%, at the top, all visible pictures there."""
    shown = PageView()
    qtbot.addWidget(shown)
    shown.resize(800, 600)
    shown.set_source(source)
    shown.set_document("d1", page_rows(source.sizes))
    shown.set_zoom(100)
    shown.go_to_page(1)
    with qtbot.waitExposed(shown):
        shown.show()
    shown.setFocus()
    wait_for_pictures(qtbot, shown)
    return shown


def wait_for_pictures(qtbot: QtBot, view: PageView) -> None:
    """Until everything asked for has come and nothing is about to be asked."""
    qtbot.waitUntil(lambda: not view.is_waiting)


def page_rows(sizes: Sequence[tuple[float, float]]) -> list[PageRow]:
    return [PageRow("d1", i + 1, w, h) for i, (w, h) in enumerate(sizes)]


def make_span(
    span_id: str, page: int = 1, rect: tuple[float, float, float, float] = (72, 100, 300, 130), *,
    more: Sequence[tuple[float, float, float, float]] = (), kind: Kind = Kind.BLANK,
    origin: Origin = Origin.AGENCY, status: Status = Status.SUGGESTED, codes: Sequence[str] = (),
) -> SpanRow:
    return SpanRow(
        id=span_id, document_id="d1", page=page, kind=kind, origin=origin, status=status,
        rects=tuple(Rect(*r) for r in (rect, *more)), confidence=0.9, band=Band.LIKELY, detector="test",
        evidence="", exemption_status=ExemptionStatus.STATED if codes else ExemptionStatus.NOT_STATED,
        codes=tuple(CodeReading(c, c, Provenance.BESIDE) for c in codes),
    )


class Kit:
    """The helpers of this folder, as a fixture: test modules cannot import a conftest."""

    span = staticmethod(make_span)
    page_rows = staticmethod(page_rows)
    wait = staticmethod(wait_for_pictures)

    @staticmethod
    def refusal() -> ReviewError:
        return InputRefused("The page took too long to draw", why="It may be broken", todo="Try again")


@pytest.fixture
def kit() -> Kit:
    return Kit()
