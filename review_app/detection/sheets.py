"""Pages withheld whole: a page that says only so, and sheets that stand for pages, many or one.

An agency that keeps back pages puts a sheet in their place: a line such as ``12 pages withheld entirely``,
a form with the reasons, a card of an archive for a document that was withdrawn (domain reference
3.3, 3.4, 4.2).
How many pages a sheet stands for is taken as stated, never counted from the file. A form lists every code
there is: only those with a tick apply, and where no tick can be read the codes are not known (trap 14).
A page left blank on purpose, and a sentence of a letter about pages, are no sheets.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from review_app.detection import raster_codes
from review_app.detection.flow import Flow
from review_app.domain.content import PageContent
from review_app.domain.findings import CodeReading, Extent, SpanFinding
from review_app.domain.geometry import Rect
from review_app.domain.values import dataclass
from review_app.domain.vocabulary import Band, Disposition, ExemptionStatus, Kind, Provenance

DETECTOR = "sheet"

LITTLE_TEXT = 40
"""Words besides stamps: a page with more says something of its own."""

FORM_CODES = 6
"""Different codes: a sheet that prints so many is a form, they are its options (domain reference, rule 6)."""

_NUMBERS = {
    word: number
    for number, word in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"), 1
    )
}
_GONE = (
    r"(?:(?:is|are|was|were|has|have|been|being|to|be|hereby)\s{1,9}){0,4}(?:in\s{1,9}document\s{1,9})?"
    r"(?P<verb>withheld|denied|deleted|exempt(?:ed)?|excised|removed|postponed|withdrawn)\b"
    r"(?P<whole>\s{1,9}(?:entirely|in\s{1,9}(?:full|toto|(?:its|their)\s{1,9}entirety)))?"
)
_COUNT = rf"(?P<n>\d{{1,4}}|{'|'.join(_NUMBERS)}|_{{1,8}})"
_LIST = r"(?P<list>\d{1,4}(?:\s{0,3}(?:,|&|-|\bthrough\b|\bthru\b|\bto\b|\band\b)\s{0,3}\d{1,4}){0,60})"
_STATEMENTS = tuple(
    re.compile(pattern, re.IGNORECASE | re.MULTILINE)
    for pattern in (
        rf"(?<!\w)pages?\s{{1,4}}{_LIST}\s{{1,9}}{_GONE}",
        rf"(?<![\w-])(?:{_COUNT}[ \t]{{0,4}})?pages?\s?(?:\(s\))?\s{{1,9}}{_GONE}",
        rf"(?<!\w)(?:this\s{{1,4}})?(?:document|record|item|attachment|enclosure)s?\s{{1,9}}{_GONE}",
        r"(?<!\w)(?:total\s{1,4})?deleted\s{1,4}pages?\s?(?:\(s\))?\s{0,4}[=:]\s{0,4}(?P<n>\d{1,4})",
        r"^\s{0,80}(?P<verb>withheld|denied|postponed)(?P<whole>\s{1,9}in\s{1,9}(?:full|toto|its\s{1,9}entirety))",
        r"^[\sX*=-]{0,80}(?:(?P<n>\d{1,4})\s{1,4})?deleted\s{1,4}pages?\s?(?:\(s\))?(?=[\sX*=-]{0,80}$)",
    )
)
_FORM = re.compile(
    r"deleted\s{1,4}page\s{1,4}information\s{1,4}sheet|deleted\s{1,4}page\s{1,4}sheet", re.IGNORECASE
)
_CARD = re.compile(
    r"^[^\w\n]{0,80}(?:(?:reference copy\W{1,4})?withdrawal\s{1,4}(?:sheet|notice|card|record)|"
    r"(?:reference copy\W{1,4})?(?:the |this )?(?:document|item|record)s?\s{1,4}"
    r"(?:has been |have been |is |was )?withdrawn|"
    r"access\s{1,4}restricted[^\w\n]{0,80}$)",
    re.IGNORECASE | re.MULTILINE,
)
_CARD_PAGES = re.compile(
    r"(?:no\.?\s{1,4}of\s{1,4})?pages?\s{0,4}[:=]\s{0,4}(?P<a>\d{1,4})|(?<![\d/])(?P<b>\d{1,4})"
    r"\s{0,2}(?:pp?\.|pgs?\.|pages?\b)",
    re.IGNORECASE,
)
_SCOPE = re.compile(
    r"[\s*=-]{0,80}(?:page\s{1,4}|document\s{1,4})?"
    r"(?:not\s{1,4}responsive|non-?\s?responsive|out\s{1,4}of\s{1,4}scope)[\s.*=-]{0,80}",
    re.IGNORECASE,
)
_COPY = re.compile(
    r"[\s*=-]{0,80}duplicate(?:\s{1,4}of\s{1,4}.{1,40})?(?:\s{1,4}page)?[\s.*=-]{0,80}", re.IGNORECASE
)
_LISTED = re.compile(r"^\s{0,40}page\s{1,4}(?P<n>\d{1,4})\s{0,4}[~:;-]", re.IGNORECASE | re.MULTILINE)
_LETTER = re.compile(r"^\s{0,40}Dear\s|^\s{0,60}(?:Sincerely|Very truly|Yours)", re.MULTILINE)
_AT_PLACE = re.compile(
    r"[\s.:;,(-]*(?:at this (?:location|place|point)(?: in (?:the|this) \w{1,10})?|"
    r"for the following.*|under\b.*|pursuant to\b.*)?[\s.:;)-]*$",
    re.IGNORECASE,
)
_MAY_SAY = re.compile("withh|denie|delet|exempt|excis|remov|postpon|withdr|restrict", re.IGNORECASE)
_LEAD = re.compile(r"[\W_]*(?:(?:the|these|this|next|following|all|of)\s{1,9}){0,3}", re.IGNORECASE)
_TICKED = re.compile(
    r"(?:\[\s?[xX]\s?\]|\(\s?[xX]\s?\)|[\u2611\u2612\u2713\u2714\u2717\u2718]|(?<!\S)[xX])\s{0,3}$"
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A statement at flow offsets ``start:end``. ``is_page``: the page holds nothing else of its own."""

    page: PageContent
    start: int
    end: int
    disposition: Disposition
    confidence: float
    reasons: tuple[str, ...]
    is_page: bool
    extent: Extent
    codes: tuple[CodeReading, ...] = ()
    status: ExemptionStatus = ExemptionStatus.NOT_STATED


def find(flow: Flow, stamps: frozenset[int], legends: frozenset[int]) -> list[Sheet]:
    """The sheets of a document, at most one a page where it is all of the page.

    Args:
        flow: the document.
        stamps: flow lines of stamps and boilerplate.
        legends: pages that explain codes.
    """
    lines: dict[int, list[int]] = {}
    for index, line in enumerate(flow.lines):
        lines.setdefault(line.page, []).append(index)
    found: list[Sheet] = []
    for page in flow.pages:
        own = lines.get(page.number, [])
        if own:
            found += _of_page(flow, page, own, stamps, is_legend=page.number in legends)
    return found


def _of_page(
    flow: Flow, page: PageContent, own: Sequence[int], stamps: frozenset[int], *, is_legend: bool
) -> list[Sheet]:
    low, high = flow.starts[own[0]], flow.starts[own[-1]] + len(flow.texts[own[-1]])
    text = flow.text[low:high]
    words = sum(len(flow.texts[i].split()) for i in own if i not in stamps)
    if words > LITTLE_TEXT and _MAY_SAY.search(text) is None:
        return []  # most pages: none of the patterns could match
    is_form = _FORM.search(text) is not None
    is_card = _CARD.search(text) is not None and words <= 4 * LITTLE_TEXT
    is_page = is_form or is_card or words <= LITTLE_TEXT
    if not is_form and ((is_legend and not is_card) or _LETTER.search(text)):
        return []
    found = []
    taken: list[tuple[int, int]] = []
    for pattern in _STATEMENTS:
        for match in pattern.finditer(text):
            if any(match.start() < b and match.end() > a for a, b in taken):
                continue
            if not is_form and not is_card and not _stands_alone(text, match, is_short=is_page):
                continue
            taken.append(match.span())
            found.append(_sheet(flow, page, low, match, is_page=is_page))
    if is_page:
        whole = (
            found[0]
            if found
            else _other(flow, page, own, stamps, low, text, is_form=is_form, is_card=is_card)
        )
        if whole is None:
            return []
        whole = replace(whole, extent=_extent(found, whole, text, is_card=is_card))
        if is_card:
            whole = replace(whole, disposition=Disposition.WITHDRAWN)
        return [_with_codes(flow, whole, own, is_form=is_form)]
    return found


def _stands_alone(text: str, match: re.Match[str], *, is_short: bool) -> bool:
    """True when a statement has its line for itself: in a letter or a report it is part of a sentence."""
    start = text.rfind("\n", 0, match.start()) + 1
    stop = text.find("\n", match.end())
    before, behind = text[start : match.start()], text[match.end() : stop if stop >= 0 else len(text)]
    if _LEAD.fullmatch(before) is None or len(behind) > 120:
        return False
    named = match.groupdict()
    if _AT_PLACE.match(behind) is None and not raster_codes.is_code(behind.strip(" .:;-")):
        return False
    # On a page with other text "page deleted" may be a heading; how many, or that all of it, must be said.
    return is_short or bool(named.get("whole") or named.get("n") or named.get("list"))


def _sheet(flow: Flow, page: PageContent, low: int, match: re.Match[str], *, is_page: bool) -> Sheet:
    named = match.groupdict()
    number = _number(named.get("n") or "") or _listed(named.get("list") or "")
    withdrawn = (named.get("verb") or "").lower() == "withdrawn"
    clear = bool(named.get("whole") or number or is_page)
    what = "pages were withdrawn" if withdrawn else "pages were withheld entirely at this place"
    reasons = [f"a sheet says that {what}"]
    if is_page:
        reasons.append("the page holds nothing else")
    if number:
        reasons.append("it states how many")
    return Sheet(
        page,
        low + match.start(),
        low + match.end(),
        Disposition.WITHDRAWN if withdrawn else Disposition.WITHHELD_IN_FULL,
        0.93 if is_page and clear else 0.9 if clear else 0.8,
        tuple(reasons),
        is_page,
        Extent(stated=True, number=number, unit="page"),
    )


def _other(
    flow: Flow,
    page: PageContent,
    own: Sequence[int],
    stamps: frozenset[int],
    low: int,
    text: str,
    *,
    is_form: bool,
    is_card: bool,
) -> Sheet | None:
    """A sheet that is told by its heading, or by the one line it holds."""
    match = (_FORM.search(text) if is_form else None) or (_CARD.search(text) if is_card else None)
    if match is not None:
        what = "a form for deleted pages" if is_form else "an archive's sheet for what was withdrawn"
        said = Disposition.WITHHELD_IN_FULL if is_form else Disposition.WITHDRAWN
        return Sheet(
            page,
            low + match.start(),
            low + match.end(),
            said,
            0.85,
            (what,),
            True,
            Extent(stated=True, unit="page"),
        )
    for i in own:
        if i in stamps or not flow.texts[i].strip():
            continue
        end = flow.starts[i] + len(flow.texts[i])
        if _SCOPE.fullmatch(flow.texts[i][:300]):
            code = CodeReading("NR", flow.texts[i].strip()[:40], Provenance.IN_BOX, 0.85)
            reasons = ("the page says only that it is not responsive", "that is no exemption")
            return Sheet(
                page,
                flow.starts[i],
                end,
                Disposition.NOT_RESPONSIVE,
                0.85,
                reasons,
                True,
                Extent(stated=True, number=1.0, unit="page"),
                (code,),
                ExemptionStatus.STATED,
            )
    return None


def duplicates(flow: Flow, stamps: frozenset[int]) -> dict[int, Disposition]:
    """Pages that say only that they are a duplicate: nothing is withheld there."""
    own: dict[int, list[int]] = {}
    for i, line in enumerate(flow.lines):
        if i not in stamps and flow.texts[i].strip():
            own.setdefault(line.page, []).append(i)
    return {
        page: Disposition.DUPLICATE
        for page, lines in own.items()
        if len(lines) <= 2 and any(_COPY.fullmatch(flow.texts[i][:300]) for i in lines)
    }


def _number(text: str) -> float | None:
    if text.isdigit():
        return float(text)
    return float(_NUMBERS[text.lower()]) if text.lower() in _NUMBERS else None


def _listed(text: str) -> float | None:
    """How many pages ``3 through 7, 9`` are; None when the numbers do not rise."""
    if not text:
        return None
    parts = re.findall(r"\d+|-|through|thru|to|and|,|&", text.lower())
    count, last, to = 0, 0, False
    for part in parts:
        if part.isdigit():
            number = int(part)
            if number <= last:
                return None
            count += number - last if to else 1
            last, to = number, False
        else:
            to = part in ("-", "through", "thru", "to")
    return float(count)


def _extent(found: Sequence[Sheet], whole: Sheet, text: str, *, is_card: bool) -> Extent:
    """The pages that all statements of a sheet stand for; without a number, those it lists."""
    numbers = [sheet.extent.number for sheet in found if sheet.extent.number is not None]
    if numbers:
        # A form says the same twice, in its heading and below; different numbers are different pages.
        return replace(whole.extent, number=float(sum(dict.fromkeys(numbers))))
    listed = {match.group("n") for match in _LISTED.finditer(text)}
    if listed:
        return replace(whole.extent, number=float(len(listed)))
    if is_card:
        pages = [float(m.group("a") or m.group("b")) for m in _CARD_PAGES.finditer(text)]
        return replace(whole.extent, number=sum(pages) or None)
    return whole.extent


def _with_codes(flow: Flow, sheet: Sheet, lines: Sequence[int], *, is_form: bool) -> Sheet:
    if sheet.codes:
        return sheet
    printed = raster_codes.printed_codes(flow, lines, frozenset())
    codes = {code.code: code for place in printed for code in place.codes}
    listed = any(_LISTED.match(flow.texts[i]) for i in lines)
    if (is_form or len(codes) >= FORM_CODES) and not listed:
        ticked = {c.code: c for p in printed if _is_ticked(flow, lines, p.rect) for c in p.codes}
        if not ticked or len(ticked) == len(codes):
            status = ExemptionStatus.ILLEGIBLE if codes or is_form else ExemptionStatus.NOT_STATED
            reasons = (
                *sheet.reasons,
                "the codes on it are the options of a form, its ticks could not be read",
            )
            return replace(sheet, status=status, reasons=reasons if codes else sheet.reasons)
        codes = {code: replace(reading, confidence=0.8) for code, reading in ticked.items()}
    if not codes:
        return sheet
    readings = tuple(replace(code, provenance=Provenance.IN_BOX) for code in codes.values())
    reasons = (*sheet.reasons, "exemption codes are printed on it")
    return replace(sheet, codes=readings, status=ExemptionStatus.STATED, reasons=reasons)


def _is_ticked(flow: Flow, lines: Sequence[int], place: Rect) -> bool:
    for i in lines:
        line = flow.lines[i]
        for word in line.words:
            if place.contains_point(word.rect.x0 + 0.5, (word.rect.y0 + word.rect.y1) / 2):
                return _TICKED.search(flow.texts[i][: word.start]) is not None
    return False


def lines(flow: Flow, sheets: Sequence[Sheet]) -> frozenset[int]:
    """The flow lines that speak of nothing but pages withheld: all of a sheet, or the one line."""
    whole = {sheet.page.number for sheet in sheets if sheet.is_page}
    single = {
        i for sheet in sheets for i in range(flow.line_index(sheet.start), flow.line_index(sheet.end - 1) + 1)
    }
    return frozenset(i for i, line in enumerate(flow.lines) if line.page in whole or i in single)


def spans(flow: Flow, sheets: Sequence[Sheet]) -> list[SpanFinding]:
    """The findings of kind ``page``: the whole page, or the line that stands for pages at its place."""
    out = []
    for sheet in sheets:
        place = flow.place(sheet.start, sheet.end)
        whole = Rect(0.0, 0.0, sheet.page.width, sheet.page.height)
        out.append(
            SpanFinding(
                page=sheet.page.number,
                kind=Kind.PAGE,
                rects=(whole,) if sheet.is_page and not sheet.page.is_text_file else place.rects,
                confidence=sheet.confidence,
                band=Band.CERTAIN if sheet.confidence >= 0.9 else Band.LIKELY,
                detector=DETECTOR,
                reasons=sheet.reasons,
                lines=place.lines,
                exemption_status=sheet.status,
                codes=sheet.codes,
                extent=sheet.extent,
                raw=" ".join(flow.raw(sheet.start, sheet.end).split())[:200],
            )
        )
    return out


def settled(spans: Sequence[SpanFinding]) -> list[SpanFinding]:
    """Without what stands on a page that is withheld whole: frames and boxes are parts of the sheet."""
    whole = {
        span.page: span
        for span in spans
        if span.kind is Kind.PAGE and len(span.rects) == 1 and not span.lines
    }
    return [
        span
        for span in spans
        if span.kind in (Kind.PAGE, Kind.UNAPPLIED)
        or span.page not in whole
        or any(rect.intersect(whole[span.page].rects[0]).area < 0.9 * rect.area for rect in span.rects)
    ]


def dispositions(sheets: Sequence[Sheet], said: Mapping[int, Disposition]) -> dict[int, Disposition]:
    """``said`` of the pages by their stamps, and of those that are a sheet by the sheet."""
    return {**said, **{sheet.page.number: sheet.disposition for sheet in sheets if sheet.is_page}}


def covered(spans: Sequence[SpanFinding]) -> dict[int, Disposition]:
    """Pages that a box covers whole."""
    return {
        span.page: Disposition.WITHHELD_IN_FULL
        for span in spans
        if span.kind is Kind.PAGE and span.detector != DETECTOR
    }
