"""What text recognition reads at marked places: of the original, to know what was removed where no text layer
says it; of the copy, its boxes peeled off, to see that nothing of it can be read there.

Pixels that were left under a box are looked for by their tones, too (``verify_peel``); recognition also reads
what is too faint for that, because every marked place is stretched to full contrast before it is read.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import field
from difflib import SequenceMatcher
from typing import Any

import numpy as np
import pypdfium2.raw as raw_api
from numpy.typing import NDArray

from review_app.domain.errors import EnvironmentProblem
from review_app.domain.geometry import Rect, bounds
from review_app.domain.marks import Mark
from review_app.domain.ocr import OcrMode, OcrSettings
from review_app.domain.values import dataclass
from review_app.domain.verification import Channel, Check, Finding
from review_app.engine import ocr, ocr_turned
from review_app.engine.geometry import Frame
from review_app.engine.ocr_picture import MAX_PIXELS, MAX_SIDE, has_ink
from review_app.engine.ocr_types import EngineFailed, Found, Picture, Recogniser
from review_app.engine.verify_peel import Peeler
from review_app.engine.verify_places import compact, drawn_rect
from review_app.engine.verify_text import TextPage, drawn
from review_app.engine.verify_words import Needles

DPI = 300
MAX_PAGES = 60
"""Pages that are read unasked: two to four seconds each. With ``always`` there is no such limit."""

LEAST_SURE = 0.5
"""Of recognised words that are taken for what was removed."""

ALIKE = 0.8
"""Similarity from which on a recognised word of five letters and more counts as a removed one."""

_SHORT, _LONG = 3, 5
_MOSTLY = 0.6
_SPREAD = 6
"""Levels of grey below which a place shows nothing even when it is stretched."""

CHECK = "no removed word can be recognised in a marked place"


@dataclass
class Reading:
    """Whether and how marked pages were read, for the certificate."""

    mode: OcrMode
    engine: str = ""
    wanted: int = 0
    read: int = 0
    failed: int = 0
    why_not: str = ""

    def to_json(self) -> dict[str, Any]:
        """Plain values; ``ran`` says whether any page was read."""
        return {
            "mode": str(self.mode), "ran": self.read > 0, "engine": self.engine, "pages": self.read,
            "marked_pages": self.wanted, "failed": self.failed, "why_not": self.why_not,
        }


@dataclass
class MarkReader:
    """Reads marked places of both files.

    Args:
        settings: which pages, with what: ``auto`` those whose original is a scan or whose copy is a picture,
            when there is an engine; ``always`` all marked pages.
    """

    settings: OcrSettings
    findings: list[Finding] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.reading = Reading(self.settings.mode)
        self._engine: Recogniser | None = None
        self._by_mark: dict[str, set[str]] = {}
        self._learned = 0
        if self.settings.mode is OcrMode.NEVER:
            self.reading.why_not = "it was turned off"

    @property
    def known(self) -> set[str]:
        """The marks without text of which recognition read something in the original."""
        return set(self._by_mark)

    def wants(self, page: TextPage, other: TextPage | None = None) -> bool:
        """True for a marked page that is to be read: a scan, or a copy that became a picture."""
        mode = self.settings.mode
        if mode is OcrMode.NEVER:
            return False
        return mode is OcrMode.ALWAYS or is_scan(page) or (other is not None and is_scan(other))

    def learn(self, page: TextPage, frame: Frame, marks: Sequence[Mark], needles: Needles) -> None:
        """Adds what recognition reads under marks of the original to what was removed.

        Raises:
            EnvironmentProblem: reading was demanded and there is no engine.
        """
        self._learned += 1
        if self._is_enough(self._learned):
            return
        area = _around([r for m in marks for r in m.rects], frame)
        for found in self._read(page, frame, area):
            word = found.text
            if found.sure < LEAST_SURE or len(compact(word)) < _SHORT:
                continue
            place = Rect(found.x0, found.y0, found.x1, found.y1)
            for mark in marks:
                if any(_is_in(place, r) for r in mark.rects):
                    needles.add(mark.id, word)
                    self._by_mark.setdefault(mark.id, set()).add(compact(word))

    def look(
        self, peeler: Peeler, page: TextPage, number: int, frame: Frame, marks: Sequence[Mark],
        needles: Needles,
    ) -> None:
        """Reads a marked page of the copy without its boxes.

        Args:
            peeler: of that page.
            page: the page.
            number: its number.
            frame: its measures.
            marks: its marks.
            needles: what was removed.

        Raises:
            EnvironmentProblem: reading was demanded and there is no engine.
        """
        words = {m.id: self._words(m, needles) for m in marks}
        if not any(words.values()):
            return
        self.reading.wanted += 1
        if self._is_enough(self.reading.wanted):
            return
        places = [r for m in marks for r in m.rects]
        seen = self._read(page, frame, frame.rect, peeler, places)
        for mark in marks:
            for rect in mark.rects:
                read = [f for f in seen if _is_in(Rect(f.x0, f.y0, f.x1, f.y1), rect)]
                count = sum(_matches(compact(f.text), words[mark.id]) for f in read)
                if count:
                    self.findings.append(Finding(
                        Channel.IMAGE, "text recognition reads a removed word in a marked place",
                        page=number, rect=rect, count=count, mark=mark.id,
                    ))

    def checks(self) -> list[Check]:
        """What recognition passed or failed; nothing when no page was read."""
        reading = self.reading
        if reading.wanted and not reading.read and not reading.why_not:
            reading.why_not = "the pages could not be read"
        if not reading.wanted and not reading.why_not:
            reading.why_not = "no marked page is a scan or a picture"
        if not reading.read:
            return []
        note = f"{reading.read} of {reading.wanted} marked pages read by {reading.engine}"
        return [Check(CHECK, not self.findings, reading.read, note)]

    def _is_enough(self, count: int) -> bool:
        return self.settings.mode is not OcrMode.ALWAYS and count > MAX_PAGES

    def _words(self, mark: Mark, needles: Needles) -> set[str]:
        own = {compact(n.text) for n in needles.all() if mark.id in n.marks}
        return {w for w in own | self._by_mark.get(mark.id, set()) if len(w) >= _SHORT}

    def _read(
        self, page: TextPage, frame: Frame, area: Rect, peeler: Peeler | None = None,
        places: Sequence[Rect] = (),
    ) -> list[Found]:
        """The words of a part of a page, in page space."""
        if not self._has_engine():
            return []
        assert self._engine is not None
        clip = drawn_rect(area, frame)
        scale = min(
            DPI / 72, math.sqrt(MAX_PIXELS / max(1.0, clip.area)),
            MAX_SIDE / max(1.0, clip.width, clip.height),
        )
        if peeler is None:
            pixels = drawn(page.page, scale, clip)
        else:
            pixels = peeler.bare(scale, clip)
            for place in places:
                _stretch(pixels, drawn_rect(place, frame), clip, scale)
        self.reading.read += peeler is not None
        if not has_ink(pixels):
            return []
        unit = frame.unit or 1.0
        try:
            found = ocr_turned.read(self._engine, Picture(pixels, max(70, round(scale * 72))))
        except EngineFailed:
            if peeler is not None:
                self.reading.read -= 1
                self.reading.failed += 1
            return []
        return [
            Found(
                f.text, (clip.x0 + f.x0 / scale) * unit, (clip.y0 + f.y0 / scale) * unit,
                (clip.x0 + f.x1 / scale) * unit, (clip.y0 + f.y1 / scale) * unit, f.sure,
            ) for f in found
        ]

    def _has_engine(self) -> bool:
        if self._engine is None and not self.reading.why_not:
            try:
                self._engine = ocr.recogniser(self.settings)
                self.reading.engine = self._engine.title
            except EnvironmentProblem as problem:
                if self.settings.is_demanded:
                    raise
                self.reading.why_not = problem.what
        return self._engine is not None


def is_scan(page: TextPage) -> bool:
    """True for a page of which pictures cover half."""
    width, height = page.page.get_size()
    area = sum(
        (t.box[2] - t.box[0]) * (t.box[3] - t.box[1]) for t in page.things
        if t.kind == raw_api.FPDF_PAGEOBJ_IMAGE
    )
    return bool(area >= 0.5 * width * height)


def _around(rects: Sequence[Rect], frame: Frame) -> Rect:
    """Marked places with the lines above and below, across the page: engines read lines, not snippets."""
    whole = bounds(rects)
    high = 2.0 * max(12.0, min(r.height for r in rects))
    return Rect(0.0, whole.y0 - high, frame.width, whole.y1 + high).intersect(frame.rect)


def _is_in(word: Rect, mark: Rect) -> bool:
    """True when most of a recognised word lies in a marked place."""
    middle = (word.y0 + word.y1) / 2
    across = min(word.x1, mark.x1) - max(word.x0, mark.x0)
    return mark.y0 <= middle <= mark.y1 and across > _MOSTLY * word.width


def _matches(word: str, removed: set[str]) -> bool:
    if len(word) < _SHORT:
        return False
    if word in removed:
        return True
    return len(word) >= _LONG and any(
        len(other) >= _LONG and SequenceMatcher(None, word, other, autojunk=False).ratio() >= ALIKE
        for other in removed
    )


def _stretch(pixels: NDArray[np.uint8], place: Rect, clip: Rect, scale: float) -> None:
    """Gives a place its full contrast: what is faint becomes black on white."""
    x0, x1 = (max(0, round((x - clip.x0) * scale)) for x in (place.x0 + 1, place.x1 - 1))
    y0, y1 = (max(0, round((y - clip.y0) * scale)) for y in (place.y0 + 1, place.y1 - 1))
    part = pixels[y0:y1, x0:x1]
    if not part.size:
        return
    low, high = int(part.min()), int(part.max())
    if high - low >= _SPREAD:
        wide = (part.astype(np.float32) - low) * (255.0 / (high - low))
        pixels[y0:y1, x0:x1] = wide.astype(np.uint8)
    else:
        pixels[y0:y1, x0:x1] = 255
