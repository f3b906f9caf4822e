"""Withheld boxes that were drawn: bars, filled and white boxes, frames, pictures of one tone, and marks
that nobody applied.

Every candidate is weighed with the evidence of the domain reference, 5.9 (log-odds), and says why. What
lies under a box is counted and located, never handed on.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import field, replace
from statistics import median

from review_app.detection import areas, boxcodes, covered, twins
from review_app.detection.areas import Area, luminance
from review_app.detection.rules import Rules
from review_app.domain.content import PageContent, Word
from review_app.domain.findings import CodeReading, Extent, Recoverable
from review_app.domain.geometry import Rect, bounds
from review_app.domain.values import dataclass
from review_app.domain.vocabulary import Kind

KEEP = 0.5
"""A candidate less likely than this is not shown."""

MAX_CANDIDATES = 1_500
"""A page with more is a map or a pattern; the largest are looked at, with a warning."""

_CROWDED = 300
"""On a page with more areas, one that lies in another which hides text is taken for the same box unjudged: to
read all that is under each of thousands that lie over one another would take minutes."""

_WHOLLY = 0.9

_SCAN_PART = 0.6  # a picture over more of the page is a scan of it (detection reference, 2.1)
_SAME_PLACE_PAGES = 3
_SCATTERED = 4  # so many areas away from lines and edges of the text are the parts of a figure


@dataclass(frozen=True, slots=True)
class Box:
    """A withheld box: one rectangle for each row. ``hidden`` is None when nothing lies under it."""

    page: int
    kind: Kind
    rects: tuple[Rect, ...]
    odds: float
    reasons: tuple[str, ...]
    codes: tuple[CodeReading, ...] = ()
    hidden: tuple[Recoverable, ...] = ()
    is_unapplied: bool = False
    used: tuple[Rect, ...] = ()
    raw: str = ""
    extent: Extent | None = None

    @property
    def confidence(self) -> float:
        """0 to 1."""
        return 1.0 / (1.0 + math.exp(-self.odds))


@dataclass(slots=True)
class Found:
    """All boxes of a document, and what was not looked at."""

    boxes: list[Box] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def find(pages: Sequence[PageContent]) -> Found:
    """The drawn boxes of all pages, page by page from top to bottom."""
    found = Found()
    for page in pages:
        if page.is_text_file or page.is_review_sheet:
            continue
        if page.drawings or page.annotations or any(i.tone is not None for i in page.images):
            found.boxes += _of_page(page, found.warnings)
    return replace_templates(found, len(pages))


def replace_templates(found: Found, pages: int) -> Found:
    """A shape in the same place on several pages belongs to the form, not to the review (reference 5.9)."""
    places = Counter(
        tuple(round(v / 2) for v in (b.rects[0].x0, b.rects[0].y0, b.rects[0].x1, b.rects[0].y1))
        for b in found.boxes
        if len(b.rects) == 1
        and not b.codes
        and not b.hidden
        and not b.is_unapplied
        and b.kind is not Kind.PAGE
    )
    repeated = {p for p, n in places.items() if n >= _SAME_PLACE_PAGES and n >= 0.5 * pages}
    kept = []
    for box in found.boxes:
        r = box.rects[0]
        place = tuple(round(v / 2) for v in (r.x0, r.y0, r.x1, r.y1))
        if (
            place in repeated
            and not box.codes
            and not box.hidden
            and not box.is_unapplied
            and box.kind is not Kind.PAGE
        ):
            box = replace(
                box,
                odds=box.odds - 3.0,
                reasons=(*box.reasons, "but it stands in the same place on other pages"),
            )
        if box.confidence >= KEEP:
            kept.append(box)
    found.boxes = kept
    return found


@dataclass(slots=True)
class _Page:
    """What the judgement of a box asks of its page."""

    content: PageContent
    words: list[Word]
    rows: areas.Rows
    glyphs: covered.Glyphs
    text_height: float
    left: float
    right: float
    column: tuple[float, float]
    rules: Rules
    fields: list[Rect]
    is_scan: bool
    sizes: Counter[tuple[int, int]] = field(default_factory=Counter)
    columns: Counter[tuple[int, int]] = field(default_factory=Counter)
    scattered: int = 0


def _of_page(page: PageContent, warnings: list[str]) -> list[Box]:
    words = [word for line in page.lines for word in line.words if not word.text.isspace()]
    rows = areas.words_by_row(page)
    heights = [w.rect.height for w in words]
    known = _Page(
        page,
        words,
        rows,
        covered.Glyphs(page.glyphs),
        median(heights) if heights else 11.0,
        min((w.rect.x0 for w in words), default=0.0),
        max((w.rect.x1 for w in words), default=page.width),
        _column(page),
        Rules(page),
        [r for a in page.annotations if a.subtype == "Widget" for r in a.rects],
        any(i.rect.area > _SCAN_PART * page.width * page.height for i in page.images),
    )
    candidates = areas.of_page(page, rows)
    if len(candidates) > MAX_CANDIDATES:
        warnings.append(
            f"page {page.number} has {len(candidates)} areas that could be boxes; "
            f"only {MAX_CANDIDATES} were looked at"
        )
        candidates = sorted(candidates, key=lambda a: -a.rect.area)[:MAX_CANDIDATES]
    known.sizes = Counter(_size(area) for area in candidates)
    known.columns = Counter((round(a.rect.x0), round(a.rect.x1)) for a in candidates)
    known.scattered = sum(_is_scattered(area, known) for area in candidates)
    unapplied = _unapplied(known)
    judged: list[Box] = list(unapplied)
    marks = [r for box in unapplied for r in box.rects]
    hiding: list[Rect] = []
    for area in candidates:
        if any(_mostly_in(area.rect, mark) for mark in marks):
            continue  # the look of a mark that is known already
        if any(area.rect.intersect(other).area > _WHOLLY * area.rect.area for other in hiding):
            continue
        box = _judged(area, known)
        if box is not None:
            judged.append(box)
            if len(candidates) > _CROWDED and box.hidden:
                hiding += box.rects
    judged = twins.without_doubles(judged)
    judged = boxcodes.attach(judged, known.words, known.column)
    judged = [box for box in judged if box.confidence >= KEEP or box.is_unapplied]
    return _runs_on(judged, known)


def _column(page: PageContent) -> tuple[float, float]:
    """Where the lines of text begin and end: a margin code is not part of it."""
    full = [line.rect for line in page.lines if len(line.words) >= 4]
    if not full:
        return 0.0, page.width
    # The lines of a pleading are numbered in the margin.
    starts = sorted(
        line.words[1 if line.words[0].text.isdigit() and len(line.words[0].text) <= 2 else 0].rect.x0
        for line in page.lines
        if len(line.words) >= 4
    )
    ends = sorted(r.x1 for r in full)
    return starts[len(starts) // 10], ends[len(ends) * 7 // 10]


def _mostly_in(inner: Rect, outer: Rect) -> bool:
    return inner.area > 0 and inner.intersect(outer).area > 0.6 * inner.area


def _unapplied(known: _Page) -> list[Box]:
    found = []
    for annotation in known.content.annotations:
        if annotation.subtype != "Redact" or annotation.is_own or not annotation.rects:
            continue
        hidden = []
        for rect in annotation.rects:
            text = [g for g in known.glyphs.inside(rect) if not g.text.isspace()]
            if text:
                hidden.append(
                    Recoverable(known.content.number, bounds(g.rect for g in text).intersect(rect), len(text))
                )
        found.append(
            Box(
                known.content.number,
                Kind.UNAPPLIED,
                annotation.rects,
                5.0,
                (
                    "a mark for redaction that nobody applied",
                    *(("the text is still there to be read",) if hidden else ()),
                ),
                hidden=tuple(hidden),
                is_unapplied=True,
            )
        )
    return found


def _judged(area: Area, known: _Page) -> Box | None:
    r = area.rect
    there = (
        covered.of_frame(r, areas.on_rows(known.rows, r.y0, r.y1))
        if area.is_frame
        else covered.of_area(area, known.glyphs, is_scan=known.is_scan)
    )
    has_code = bool(there.over) and covered.is_code(there.over)
    has_label = bool(there.over) and covered.is_label(there.over)
    kind = _kind(area)
    hidden = there.hidden if not area.is_frame else ()
    if hidden and not _hides(area, has_code or has_label, there.over_count):
        return None
    if r.height > 1.5 * r.width and r.width < 40 and not hidden and not has_code:
        return None  # an upright bar: a rule beside changed text, a column of a chart
    if any(_mostly_in(r, f) or _mostly_in(f, r) for f in known.fields) and not has_code:
        return None
    if there.over_count >= 3 and not (has_code or has_label) and not hidden:
        return None  # people read it: a heading, a cell, a highlight
    if 0 < there.over_count < 3 and area.is_frame and not has_code:
        return None
    if kind is Kind.WHITE_BOX and not area.has_border and not hidden:
        return None  # white on white
    if not hidden and not has_code and not has_label and _is_odd(area, known):
        return None
    if r.area > areas.WHOLE_PAGE * known.content.width * known.content.height:
        kind = Kind.PAGE
    odds, reasons = _weight(area, kind, known)
    if kind not in (Kind.BLACK_BOX, Kind.PAGE) and not hidden and not has_code and not has_label:
        odds -= _form_like(area, known)
    if hidden:
        odds += 3.0
        reasons.append("text is still present under it")
    if has_label:
        odds += 3.0
        reasons.append("words in it say that something was withheld")
    if area.is_clipped:
        odds -= 0.5
    box = Box(known.content.number, kind, (r,), odds, tuple(reasons))
    if hidden:
        place = there.rect.intersect(r)
        box = replace(box, hidden=(Recoverable(known.content.number, place, len(hidden)),))
    if has_code:
        box = boxcodes.inside(box, there.over)
    return box


def _form_like(area: Area, known: _Page) -> float:
    """How much speaks for a part of a form: one of several alike, small, or with its label before it."""
    r = area.rect
    against = 0.0
    if known.sizes[_size(area)] >= 3 or known.columns[round(r.x0), round(r.x1)] >= 3:
        against += 2.0
    if area.is_frame and r.width < 24:
        against += 1.0
    if known.scattered >= _SCATTERED and _is_scattered(area, known):
        against += 3.0
    if area.has_border:
        row = [w for w in areas.on_rows(known.rows, r.y0, r.y1) if w.rect.x1 <= r.x0 + 2 and w.rect.y1 > r.y0]
        if row and max(row, key=lambda w: w.rect.x1).text.endswith(":"):
            against += 1.5
    return against


def _is_scattered(area: Area, known: _Page) -> bool:
    """True for an area in no line of text and at no edge of the column: a withheld passage is one or the
    other, the parts of a figure are neither."""
    r = area.rect
    edges = (abs(r.x0 - known.column[0]), abs(r.x1 - known.column[1]))
    return not area.is_frame and min(edges) > 6.0 and not _in_a_line(r, known.rows)


def _size(area: Area) -> tuple[int, int]:
    return round(area.rect.width), round(area.rect.height)


def _kind(area: Area) -> Kind:
    if area.is_hatched:
        return Kind.FILLED_BOX
    if area.is_frame or area.colour is None:
        return Kind.WHITE_BOX
    if min(area.colour) > 0.93:
        return Kind.WHITE_BOX
    if luminance(area.colour) < 0.25 and max(area.colour) - min(area.colour) < 0.3:
        return Kind.BLACK_BOX
    return Kind.FILLED_BOX


def _hides(area: Area, has_code: bool, over: int) -> bool:
    """True when what is drawn shows that the text below cannot be read."""
    if area.is_hatched:
        return True
    need = 0.45 if has_code else 0.8 if area.is_image else 0.45 if over else 0.5
    if area.share < need:
        return False
    return area.declared is None or areas.alike(area.colour, area.declared, 0.25)


def _is_odd(area: Area, known: _Page) -> bool:
    """True for what is drawn for other reasons: squares, separators, cells."""
    r = area.rect
    if area.declared is not None and not area.is_image and not areas.alike(area.colour, area.declared, 0.3):
        return True  # painted over
    if area.share < 0.5 and not area.is_hatched and not area.is_frame:
        return True
    square = abs(r.width - r.height) <= 0.2 * max(r.width, r.height)
    if square and (r.width >= 18 or area.has_border or r.width < 0.6 * known.text_height):
        return True  # a logo, a check box, a bullet
    if r.height < 0.55 * known.text_height:
        return True  # a thick rule
    return known.rules.past(r) >= 2


def _weight(area: Area, kind: Kind, known: _Page) -> tuple[float, list[str]]:
    r = area.rect
    name, odds = _NAMES[kind]
    if area.is_hatched:
        name, odds = "a hatched box", 1.0
    elif kind is Kind.FILLED_BOX and area.colour is not None:
        grey = max(area.colour) - min(area.colour) < 0.1
        name = "a grey box" if grey else "a coloured box"
    elif kind is Kind.WHITE_BOX and not area.is_frame and not area.has_border:
        name = "a white box"
    if area.is_image:
        name += ", placed as a picture of one tone"
    reasons = [name]
    if _in_a_line(r, known.rows) and r.height <= 2.2 * known.text_height:
        odds += 1.5
        reasons.append("it stands in a line of text")
    elif known.left - 10 <= r.x0 and r.x1 <= known.right + 10 and known.words:
        odds += 0.5
    elif known.words:
        odds -= 1.0
    if kind is Kind.PAGE:
        return 2.5, reasons
    if r.width > 0.97 * known.content.width or (r.x0 < 2 and r.x1 > known.content.width - 2):
        odds -= 2.0  # a band over the whole page is decoration
    return odds, reasons


def _in_a_line(r: Rect, rows: areas.Rows) -> bool:
    """True when words stand on the row of a box, left or right of it."""
    return any(
        min(w.y1, r.y1) - max(w.y0, r.y0) > 0.5 * min(w.height, r.height)
        and (w.x1 <= r.x0 + 2 or w.x0 >= r.x1 - 2)
        for w in (word.rect for word in areas.on_rows(rows, r.y0, r.y1))
    )


_NAMES = {
    Kind.PAGE: ("a dark box over the whole page", 2.5),
    Kind.BLACK_BOX: ("a black box", 2.0),
    Kind.FILLED_BOX: ("a coloured box", 0.7),
    Kind.WHITE_BOX: ("an outlined empty box", -0.8),
}


def _runs_on(boxes: Sequence[Box], known: _Page) -> list[Box]:
    """A bar that ends at the right edge of the text and one that begins the next line are one passage."""
    left, right = known.column
    out: list[Box] = []
    for box in boxes:
        r = box.rects[0]
        before = None
        for i in range(len(out) - 1, max(-1, len(out) - 4), -1):
            last = out[i].rects[-1]
            if (
                out[i].kind is box.kind
                and not box.is_unapplied
                and len(box.rects) == 1
                and not (out[i].codes and box.codes)
                and abs(last.height - r.height) < 0.2 * r.height + 0.5
                and -0.2 * r.height <= r.y0 - last.y1 <= 1.1 * r.height
                and last.x1 >= right - 12
                and r.x0 <= left + 12
            ):
                before = i
                break
        if before is None:
            out.append(box)
            continue
        first = out[before]
        out[before] = replace(
            first,
            rects=(*first.rects, r),
            odds=max(first.odds, box.odds),
            hidden=(*first.hidden, *box.hidden),
            codes=first.codes or box.codes,
            used=(*first.used, *box.used),
            reasons=first.reasons
            if "it runs on over lines" in first.reasons
            else (*first.reasons, "it runs on over lines"),
        )
    return out
