"""Attacks a file of which nothing else is known: what does it hold that its pages do not show?

What lies under boxes is found by detection, which knows boxes (``workers.verifying`` asks both). Here: hidden
text, layers, what lies outside the crop box, earlier versions, left-overs, attachments, scripts.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from typing import Any

import pypdfium2.raw as raw_api

from review_app.domain.errors import InputRefused
from review_app.domain.geometry import Rect, bounds
from review_app.domain.values import dataclass
from review_app.domain.verification import Channel, Check, Finding
from review_app.engine import verify_structure
from review_app.engine.documents import Document
from review_app.engine.geometry import Frame
from review_app.engine.verify_crop import outside
from review_app.engine.verify_parts import Anatomy, revisions, take_apart
from review_app.engine.verify_shown import Shown
from review_app.engine.verify_text import MIN_SEEN, PAGE_SCALE, TextPage, apart, drawn, open_pdfium
from review_app.engine.verify_words import folded

MAX_REVISIONS = 20
"""Versions looked at, newest first: a file saved more often holds the same again."""

UNAPPLIED = "redaction marks nobody applied"
"""Name of the check."""

_WORDS = re.compile(r"[^\W_]{3,}")
_LINE = re.compile(r"[^\r\n]+")
_MIN_LETTERS = 3
"""Letters that nobody sees on one line before they count: single ones are stray points of scans."""


@dataclass(frozen=True, slots=True)
class Alone:
    """What was found, and the checks that were run."""

    findings: tuple[Finding, ...]
    checks: tuple[Check, ...]


Harmless = Callable[[str], bool]


def attack(
    document: Document, progress: Callable[[int, int], None] | None = None, harmless: Harmless | None = None
) -> Alone:
    """Everything that the file itself gives away, boxes left out.

    Args:
        document: the file.
        progress: called with pages done and pages in all.
        harmless: True for a line that says nothing though nobody sees it, such as the word "redacted".

    Raises:
        InputRefused: qpdf or PDFium cannot open it.
    """
    if document.media_type != "application/pdf":
        return Alone((), (Check("a text file or picture: nothing can lie behind it", True),))
    pdfium = open_pdfium(document.pdf_bytes, document.password)
    try:
        anatomy = take_apart(document.pdf_bytes, document.password or "")
        try:
            return _attack(document, pdfium, anatomy, progress, harmless)
        finally:
            anatomy.close()
    finally:
        pdfium.close()


def _attack(
    document: Document, pdfium: Any, anatomy: Anatomy, progress: Callable[[int, int], None] | None,
    harmless: Harmless | None,
) -> Alone:
    pages: list[Finding] = []
    words: set[str] = set()
    unread = 0
    for number in range(1, document.page_count + 1):
        frame = document.frame(number)
        if frame is None:
            unread += 1
            continue
        try:
            page = TextPage(pdfium, number)
        except InputRefused:
            unread += 1
            continue
        try:
            words |= words_of(page.text)
            pages += hidden_text(page, number, frame, harmless)
            pages += outside(page, number, frame)
        finally:
            page.close()
        if progress is not None:
            progress(number, document.page_count)
    structure = verify_structure.findings(anatomy, is_release=False)
    earlier = _earlier(anatomy, words)
    left = _left_overs(anatomy, words)
    count = document.page_count
    checks = (
        Check("every page could be read", not unread, count),
        _check("text that nobody sees", pages, Channel.HIDDEN_TEXT, count),
        _check("content outside of the visible page", pages, Channel.OUTSIDE_CROP, count),
        _check("hidden layers", structure, Channel.HIDDEN_LAYER, 1),
        _check(UNAPPLIED, structure, Channel.UNAPPLIED, count),
        _check("attached files", structure, Channel.ATTACHMENT, 1),
        _check("earlier versions that show more", earlier, Channel.REVISION, max(0, len(anatomy.ends) - 1)),
        _check("text that nothing refers to", left, Channel.UNREFERENCED, len(anatomy.parts)),
    )
    return Alone((*pages, *structure, *earlier, *left), checks)


def _check(name: str, findings: Sequence[Finding], channel: Channel, count: int) -> Check:
    return Check(name, not any(f.is_leak and f.channel is channel for f in findings), count)


def words_of(text: str) -> set[str]:
    """The words of a text as they are compared."""
    return set(_WORDS.findall(folded(text)))


def hidden_text(
    page: TextPage, number: int, frame: Frame, harmless: Harmless | None = None
) -> list[Finding]:
    """Lines of text that change nothing when they are left out of the drawn page.

    White on white, too small to read, unpainted, clipped away, behind pictures or areas, in a hidden layer.
    On a page that is a picture such text repeats what the picture shows (what lies under boxes there is told
    by detection): it is told and does not fail the file.
    """
    lines = [
        (m.start(), m.end()) for m in _LINE.finditer(page.text)
        if sum(map(str.isalnum, m[0])) >= _MIN_LETTERS
    ]
    if not lines:
        return []
    if _is_scan(page):
        letters = sum(map(str.isalnum, page.text))
        what = "text over the picture of a page, as programs write that recognise text"
        return [Finding(Channel.HIDDEN_TEXT, what, False, page=number, count=letters)]
    stretches = [(page.index_of(start), page.index_of(end - 1) + 1) for start, end in lines]
    unseen = _unseen(page, stretches)
    places: list[Rect] = []
    count = 0
    for (start, end), stretch in zip(lines, stretches, strict=True):
        box = page.bounds_of_run(*stretch)
        if stretch not in unseen or box is None or (harmless is not None and harmless(page.text[start:end])):
            continue
        try:
            rect = frame.rect_to_page(box)
        except ValueError:
            continue
        if rect.intersect(frame.rect).is_empty:
            continue  # told as content outside of the page
        places.append(rect)
        count += sum(map(str.isalnum, page.text[start:end]))
    if not places:
        return []
    what = "text that is on the page and that nobody sees"
    return [Finding(Channel.HIDDEN_TEXT, what, page=number, rect=bounds(places), count=count)]


def _unseen(page: TextPage, stretches: Sequence[tuple[int, int]]) -> set[tuple[int, int]]:
    """The stretches under which nothing changes when all text of the page is switched off."""
    scale = PAGE_SCALE
    before = page.picture(scale)
    off = _texts(page.page)
    for handle in off:
        raw_api.FPDFPageObj_SetIsActive(handle, 0)
    try:
        after = drawn(page.page, scale)
    finally:
        for handle in off:
            raw_api.FPDFPageObj_SetIsActive(handle, 1)
    changed = apart(before, after) > 16
    found = set()
    for stretch in stretches:
        box = page.bounds_of_run(*stretch)
        if box is None:
            continue
        x0, y0, x1, y1 = page.frame.pixels(box, scale, before.shape)
        part = changed[y0:y1, x0:x1]
        small = min(box[2] - box[0], box[3] - box[1]) < MIN_SEEN
        if small or part.size == 0 or part.mean() < 0.01:
            found.add(stretch)
    return found


def _texts(page: Any) -> list[Any]:
    """All text objects of a page, those in forms included."""
    found: list[Any] = []
    todo = [raw_api.FPDFPage_GetObject(page.raw, i) for i in range(raw_api.FPDFPage_CountObjects(page.raw))]
    while todo:
        handle = todo.pop()
        kind = raw_api.FPDFPageObj_GetType(handle)
        if kind == raw_api.FPDF_PAGEOBJ_TEXT:
            found.append(handle)
        elif kind == raw_api.FPDF_PAGEOBJ_FORM:
            count = raw_api.FPDFFormObj_CountObjects(handle)
            todo += [raw_api.FPDFFormObj_GetObject(handle, i) for i in range(count)]
    return found


def _is_scan(page: TextPage) -> bool:
    width, height = page.page.get_size()
    area = sum(
        (t.box[2] - t.box[0]) * (t.box[3] - t.box[1])
        for t in page.things if t.kind == raw_api.FPDF_PAGEOBJ_IMAGE
    )
    return bool(area >= 0.5 * width * height)


def _earlier(anatomy: Anatomy, words: set[str]) -> list[Finding]:
    """Earlier versions whose pages show words that are gone now."""
    found = []
    for number, data in list(enumerate(revisions(anatomy), 1))[-MAX_REVISIONS:]:
        try:
            pdfium = open_pdfium(data)
        except InputRefused:
            continue
        gone: set[str] = set()
        try:
            for page_number in range(1, len(pdfium) + 1):
                try:
                    page = TextPage(pdfium, page_number)
                except InputRefused:
                    continue
                gone |= words_of(page.text) - words
                page.close()
        finally:
            pdfium.close()
        if gone:
            found.append(Finding(
                Channel.REVISION, "an earlier version in the file shows words that are gone now",
                count=len(gone), where=f"version {number}",
            ))
    return found


def _left_overs(anatomy: Anatomy, words: set[str]) -> list[Finding]:
    """Streams and objects nothing refers to, with words that no page shows."""
    gone: set[str] = set()
    places: list[int] = []
    seen: set[bytes] = set()
    shown = Shown(anatomy.pdf)
    dead = [p for p in anatomy.parts if not p.is_live and p.is_stream and p.data]
    for part in [*dead, *anatomy.unreferenced]:
        digest = hashlib.blake2b(part.data, digest_size=12).digest()
        if digest in seen or not re.search(rb"T[jJ]\b", part.data[:500_000]):
            continue
        seen.add(digest)
        more = words_of(shown.of(part.data, None)[1]) - words
        if more:
            gone |= more
            places.append(part.number)
    if not gone:
        return []
    return [Finding(
        Channel.UNREFERENCED, "text that nothing in the file refers to and no page shows", count=len(gone),
        where=", ".join(f"object {n}" for n in places[:8]),
    )]
