"""The text to read from each page of a document: its text layer, or what an engine recognises in its picture.

Only the text for reading changes. Characters of the layer (``PageContent.glyphs``) stay as they are, so what
is judged to be recoverable under a box does not depend on recognition.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from review_app.detection.text_layer import Judgement, Layer, judge
from review_app.domain.content import Form, Line, PageContent
from review_app.domain.display import pages_in_words
from review_app.domain.errors import EnvironmentProblem
from review_app.domain.geometry import Rect
from review_app.domain.ocr import OcrMode, OcrSettings
from review_app.engine import documents, ocr, ocr_turned
from review_app.engine.ocr_cache import Cache, Entry
from review_app.engine.ocr_types import EngineFailed, Found, Recogniser
from review_app.workers.request import Request

_LOOK = "look there yourself"
_CHECK = "check it against the page"

_LETTERS = 20
"""Shapes on a page that may be a line of letters."""


class Reader:
    """Gives each page the text that people see on it, and tells in warnings where that text comes from.

    Raises (all methods):
        EnvironmentProblem: all pages were to be recognised, and no engine can.
    """

    def __init__(self, document: documents.Document, request: Request) -> None:
        settings = request.ocr
        self._document = document
        self._request = request
        self._settings = settings
        self._cache = Cache(settings.cache, document.sha256)
        self._engine: Recogniser | None = None
        self._problem: EnvironmentProblem | None = None
        self._told: defaultdict[str, list[int]] = defaultdict(list)
        if settings.mode is OcrMode.ALWAYS:
            self._find_engine()

    def page(
        self, content: PageContent, picture: tuple[NDArray[np.uint8], float] | None
    ) -> PageContent:
        """The page with the text to read.

        Args:
            content: the page, without words that lie under dark areas.
            picture: its tones and their scale, for a scanned page.
        """
        number = content.number
        if content.is_text_file or content.is_review_sheet or not (content.images or content.drawings):
            return content
        judged = judge(content, *picture) if picture is not None else judge(content)
        if not self._is_wanted(content, judged):
            self._cache.drop(number)
            return content
        if self._settings.mode is OcrMode.NEVER:
            self._not_read(number, judged, "recognising text is turned off")
            return content
        if not _may_hold_print(content):
            self._not_read(number, judged, "no picture is there, nor letters drawn as shapes")
            return content
        self._find_engine()
        if self._engine is None:
            problem = self._problem.what if self._problem is not None else ""
            self._not_read(number, judged, f"{problem[:1].lower()}{problem[1:]}: {ocr.HOW}")
            return content
        try:
            entry = self._recognised(number, self._engine, judged.layer is Layer.INCOMPLETE)
        except EngineFailed as error:
            self._not_read(number, judged, str(error))
            return content
        self._say(number, judged, entry)
        return _read_from(content, entry)

    def warnings(self) -> tuple[str, ...]:
        """Where the text of pages comes from, and which could not be read; no text of the document."""
        return tuple(
            text.replace("{pages}", pages_in_words(sorted(numbers))) for text, numbers in self._told.items()
        )

    def _is_wanted(self, content: PageContent, judged: Judgement) -> bool:
        if judged.layer is Layer.GOOD:
            return self._settings.mode is OcrMode.ALWAYS and bool(content.images)
        return True

    def _find_engine(self) -> None:
        if self._engine is not None or self._problem is not None:
            return
        try:
            self._engine = ocr.recogniser(self._settings)
        except EnvironmentProblem as error:
            if self._settings.mode is OcrMode.ALWAYS:
                raise
            self._problem = error

    def _recognised(self, number: int, engine: Recogniser, is_added: bool) -> Entry:
        kept = self._cache.get(number, engine.title)
        if kept is None:
            self._request.begin(number)  # recognising has the time of a page for itself
            found = ocr.read(self._document, number, engine)
            kept = Entry(engine.title, tuple(found or ()), is_blank=found is None)
        elif kept.is_added == is_added:
            return kept
        entry = replace(kept, is_added=is_added)
        self._cache.put(number, entry)
        return entry

    def _say(self, number: int, judged: Judgement, entry: Entry) -> None:
        by = entry.recipe
        if entry.is_blank:
            return
        if ocr_turned.is_mirrored(entry.words):
            self._tell(
                f"the print of {{pages}} is mirrored: it was recognised by {by} as seen from behind; "
                f"{_CHECK}, and scan the paper again the right way round if you can", number,
            )
        elif not entry.words:
            if judged.layer is not Layer.GOOD:
                self._tell(f"no text could be recognised on {{pages}} by {by}: {_LOOK}", number)
        elif judged.layer is Layer.INCOMPLETE:
            self._tell(
                f"the text layer of {{pages}} holds only part of what is printed: the rest was recognised "
                f"by {by}; {_CHECK}", number,
            )
        elif judged.layer is Layer.DAMAGED:
            self._tell(
                f"the text layer of {{pages}} is damaged ({judged.reason}): the text was recognised by {by} "
                f"instead; {_CHECK}", number,
            )
        else:
            self._tell(f"the text of {{pages}} was recognised by {by}; {_CHECK}", number)

    def _not_read(self, number: int, judged: Judgement, why: str) -> None:
        if judged.layer is Layer.NONE:
            self._tell(f"no text layer on {{pages}}: nothing was read there; {_LOOK} ({why})", number)
        elif judged.layer is Layer.INCOMPLETE:
            self._tell(
                f"the text layer of {{pages}} holds only part of what is printed: the rest was not read; "
                f"{_LOOK} ({why})", number,
            )
        elif judged.layer is Layer.DAMAGED:
            self._tell(
                f"the text layer of {{pages}} is damaged ({judged.reason}): what was read there may be "
                f"wrong; {_LOOK} ({why})", number,
            )
        else:
            self._tell(f"{{pages}} could not be recognised: the text layer was read ({why})", number)

    def _tell(self, text: str, number: int) -> None:
        self._told[text].append(number)


def _may_hold_print(content: PageContent) -> bool:
    """True for a page with a picture, or with so many shapes that they may be letters."""
    shapes = sum(1 for drawing in content.drawings if drawing.form is Form.SHAPE)
    return bool(content.images) or shapes >= _LETTERS


def kept_reading(document: documents.Document, settings: OcrSettings, content: PageContent) -> PageContent:
    """The page with the text that the last scan recognised, where it did."""
    entry = Cache(settings.cache, document.sha256).get(content.number)
    return content if entry is None else _read_from(content, entry)


def _read_from(content: PageContent, entry: Entry) -> PageContent:
    if not entry.words:
        return content
    lines = _added(content, entry.words) if entry.is_added else ocr_turned.lines(entry.words, content.number)
    return replace(content, lines=lines, recognised_by=entry.recipe)


def _added(content: PageContent, found: Sequence[Found]) -> tuple[Line, ...]:
    """The lines of a layer, and recognised words where it has none."""
    there = [word.rect for line in content.lines for word in line.words]
    new = [f for f in found if not _is_among(Rect(f.x0, f.y0, f.x1, f.y1), there)]
    kept = [
        Found(word.text, word.rect.x0, word.rect.y0, word.rect.x1, word.rect.y1, 1.0)
        for line in content.lines for word in line.words
    ]
    return ocr_turned.lines([*kept, *new], content.number)


def _is_among(place: Rect, others: Sequence[Rect]) -> bool:
    return any(place.intersect(other).area > 0.3 * min(place.area, other.area) for other in others)
