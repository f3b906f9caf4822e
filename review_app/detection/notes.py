"""Notes that stand for withheld text: ``[less than 1 line not declassified]``, ``[redacted]``, ``[B6]``.

A note is found by what it says, never by being in brackets: ``[Omitted here ...]``, ``[sic]``,
``[illegible]``, ``[...]``, ``[End Summary]`` and form blanks say nothing about a withholding (domain
reference 5.4, 5.5). Notes may run over lines and carry slips of the scan. Work is linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rapidfuzz import fuzz

from review_app.detection import codes as code_lists
from review_app.detection.flow import Flow
from review_app.domain.findings import CodeReading, Extent
from review_app.domain.values import dataclass
from review_app.domain.vocabulary import Provenance

# The longest real note in public volumes is under 120 characters; white space inside may add lines.
MAX_NOTE = 240
MAX_OTHER = 160
MAX_PRINTED = 600

_OPEN, _CLOSE = "[{", "]}"
_CORE = re.compile(r"n[o0]t\s{0,40}dec?[l1I|]{1,2}a[s5]{1,2}[il1|!]f[il1|!]e[dcl]", re.IGNORECASE)
_BLANKS = re.compile(r"\s+")
_WHAT = (
    r"(?:names?|numbers?|places?|locations?|titles?|dates?|text|words?|lines?|sentences?|paragraphs?|pages?|"
    r"portions?|passages?|sections?|material|information|identit(?:y|ies)|address(?:es)?|telephone|phone|e-?mail|"
    r"codewords?|cryptonyms?|agency|source|country|amount|signature|initials|entr(?:y|ies)|and|of|or|the|an?|"
    r"source text|less than|more than|approximately|about|one|two|three|four|five|six|half|document|file|"
    r"[\d/.½¼¾-]+)"
)
_GONE = re.compile(
    rf"^(?:{_WHAT}[\s,]+){{0,8}}(?:has been |have been |was |were |is |are )?"
    r"(?:redacted|deleted|excised|withheld|saniti[sz]ed|blacked out|exempt(?:ed)?|not (?:yet )?declassified)"
    r"(?:\s+(?:from|under|pursuant to|by|per|at|in|for|for reasons of|because of)\s+.{1,60})?\s*[.:]?$",
    re.IGNORECASE,
)
_SCOPE = re.compile(
    r"^(?:text\s+)?(?:not responsive|non-?responsive|out(?:side)? (?:of )?(?:the )?scope)$", re.IGNORECASE
)
# An editor who left out unrelated matter says so first, whatever follows.
_OMITTED = re.compile(r"(?:omitted|here follows|attached)\b", re.IGNORECASE)
# A quotation's editor: not the agency's act.
_EDITOR = re.compile(
    r"expletive|omitted|illegible|inaudible|garble|unintelligible|here follows|sic\b|footnote|"
    r"paragraph omitted|ellipsis",
    re.IGNORECASE,
)

_NUMBER_WORDS = {
    "one": 1.0,
    "two": 2.0,
    "three": 3.0,
    "four": 4.0,
    "five": 5.0,
    "six": 6.0,
    "seven": 7.0,
    "eight": 8.0,
    "nine": 9.0,
    "ten": 10.0,
    "half": 0.5,
    "a": 1.0,
    "an": 1.0,
    "1ess": 0.0,
}
_NUM = (
    r"(?P<num>\d+\s?[-\s]\s?1/2|\d*1/2|\d+/\d+|\d*\s?[½¼¾]|\d+(?:\.\d+)?-?|"
    r"one|two|three|four|five|six|seven|eight|nine|ten|half|an?)"
)
_UNIT = (
    r"(?P<unit>(?:document|folder|file|telegram|page|paragraph) (?:numbers?|titles?)|[l1I|]ines?|pages?|"
    r"paragraphs?|sentences?|words?|columns?|rows?|entr(?:y|ies)|names?|numbers?|places?|titles?|locations?|dates?|tables?|"
    r"sections?|portions?)"
)
_EXTENT = re.compile(
    rf"(?P<qual>(?:[l1I|]ess th[ae]n|more th[ae]n|approximately|about|nearly|over|up to)\s*)?"
    rf"{_NUM}\s*{_UNIT}",
    re.IGNORECASE,
)
_BARE_UNIT = re.compile(
    r"^(?P<unit>(?:[a-z]+ ){0,2}(?:names?|numbers?|places?|titles?|locations?|dates?|text|tables?|columns?|"
    r"paragraphs?|restrictions?|amounts?|entries|entry))\b",
    re.IGNORECASE,
)
# Outside brackets a source note says how much, in figures: "2 pages not declassified."
_OUTSIDE = re.compile(
    rf"(?<![\w\[]){_NUM}\s+(?:pages?|lines?|paragraphs?)\s+(?:of source text\s+)?$", re.IGNORECASE
)
_LONE_EXTENT = re.compile(
    r"(?:[l1I|]ess th[ae]n\s+)?\d[\d/½ -]{0,6}\s*(?:[l1I|]ines?|paragraphs?|pages?|sentences?|words?)\s*"
    r"(?:\([^()]{1,40}\)\s*)?(?:of\s*(?:\d-column\s+)?source text\s+)?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Note:
    """A note at flow offsets ``start:end``. ``declares``: the words say "not declassified" or give a code,
    which nobody but a reviewing agency writes."""

    start: int
    end: int
    confidence: float
    reasons: tuple[str, ...]
    declares: bool
    extent: Extent | None = None
    codes: tuple[CodeReading, ...] = ()


def find(flow: Flow) -> list[Note]:
    """All notes of the document, in order, not overlapping."""
    text = flow.text
    found: list[Note] = []
    for start, end in _brackets(text):
        note = _judge(text, start, end)
        if note is not None:
            found.append(note)
    found.extend(_unbracketed(text, found))
    found.sort(key=lambda n: n.start)
    return found


def _brackets(text: str) -> Iterator[tuple[int, int]]:
    """Innermost bracket pairs that are near enough; each character is looked at once."""
    opened = -1
    for match in re.finditer(r"[\[{\]}]", text):
        if match.group() in _OPEN:
            opened = match.start()
        elif opened >= 0:
            if match.end() - opened <= MAX_PRINTED:
                yield opened, match.end()
            opened = -1


def _judge(text: str, start: int, end: int) -> Note | None:
    inner = _BLANKS.sub(" ", text[start + 1 : end - 1]).strip()
    if not 2 <= len(inner) <= MAX_NOTE or not any(c.isalnum() for c in inner):
        return None
    clean = text[start] == "[" and text[end - 1] == "]"
    if _OMITTED.match(inner):
        return None
    if _CORE.search(inner):
        return _declared(
            start, end, inner, 0.99 if clean else 0.9, "a bracketed note says that text is not declassified"
        )
    if len(inner) >= 14 and fuzz.partial_ratio("not declassified", inner.lower(), score_cutoff=84):
        return _declared(
            start,
            end,
            inner,
            0.9 if clean else 0.8,
            "a bracketed note, misread in places, says that text is not declassified",
        )
    if not clean or _EDITOR.search(inner) or len(inner) > MAX_OTHER:
        return None
    if _GONE.match(inner):
        return Note(
            start, end, 0.9, ("a bracketed note says that text was removed",), False, extent_of(inner)
        )
    if _SCOPE.match(inner):
        return Note(
            start,
            end,
            0.85,
            ("a bracketed note says that text is not responsive",),
            True,
            codes=(CodeReading("NR", inner, Provenance.IN_BOX, 0.85),),
        )
    if len(inner) <= 40 and not inner.isdigit():
        codes = code_lists.read_list(inner, Provenance.IN_BOX)
        strong = any(c.raw[:1] in "(bB12357" and any(d.isdigit() for d in c.raw) for c in codes.codes)
        if codes.complete and strong and _looks_printed(inner):
            return Note(
                start, end, 0.93, ("brackets that hold nothing but exemption codes",), True, codes=codes.codes
            )
    return None


def _looks_printed(inner: str) -> bool:
    """``[B6]`` and ``[(b)(6)]`` are codes; ``[b1]`` in a bibliography may be a reference mark."""
    return "(" in inner or "X" in inner or inner[:1] == "B"


def _declared(start: int, end: int, inner: str, sure: float, reason: str) -> Note:
    extent = extent_of(inner)
    reasons = [reason]
    if extent is not None and extent.number is not None:
        reasons.append("it states how much was withheld")
    return Note(start, end, sure, tuple(reasons), True, extent)


def _unbracketed(text: str, found: list[Note]) -> Iterator[Note]:
    """The declaration where a bracket is missing or misread, and in source notes without brackets."""
    taken = sorted((n.start, n.end) for n in found)
    at = 0
    for match in _CORE.finditer(text):
        while at < len(taken) and taken[at][1] <= match.start():
            at += 1
        if at < len(taken) and taken[at][0] <= match.start():
            continue
        floor = taken[at - 1][1] if at else 0
        head = text[max(floor, match.start() - 100) : match.start()]
        tail = text[match.end() : match.end() + 3]
        close = re.match(r"\s?[\])}]", tail)
        opened = re.search(r"[\[({][^\[\](){}]{1,90}$", head)
        if opened and close:
            start = match.start() - len(head) + opened.start()
            inner = _BLANKS.sub(" ", head[opened.start() + 1 :] + match.group())
            yield _declared(
                start,
                match.end() + close.end(),
                inner,
                0.85,
                "a note with a misread bracket says that text is not declassified",
            )
            continue
        lone = _LONE_EXTENT.search(_one_line(head))
        # The first half of a note may be on a page that is not here: a note that lost its bracket stands
        # whole behind other words of its line, and says how much.
        before = head[: lone.start()].rpartition("\n")[2].strip() if lone else ""
        if lone and close and before and not before.endswith("than") and "\n" not in head[lone.start() :]:
            start = match.start() - len(head) + lone.start()
            inner = _BLANKS.sub(" ", text[start : match.end()])
            yield _declared(
                start,
                match.end() + close.end(),
                inner,
                0.75,
                "a note with one bracket lost says that text is not declassified",
            )
            continue
        outside = _OUTSIDE.search(_one_line(head))
        if outside and re.match(r"\s*[.;,)\n]|\s*$", text[match.end() : match.end() + 2]):
            start = match.start() - len(head) + outside.start()
            inner = _BLANKS.sub(" ", text[start : match.end()])
            yield _declared(
                start, match.end(), inner, 0.75, "a source note says how much is not declassified"
            )


def _one_line(head: str) -> str:
    return head.replace("\n", " ")


def extent_of(inner: str) -> Extent | None:
    """The extent a note states: qualifier, number, unit, and lines when it can be told in lines.

    Numbers that the scan garbled (``22/2``) are left out: an unknown number is not guessed.
    """
    text = _BLANKS.sub(" ", inner).strip()
    matches = list(_EXTENT.finditer(text))
    if not matches:
        bare = _BARE_UNIT.match(text)
        if bare is None:
            return None
        return Extent(stated=True, unit=_singular(bare.group("unit")))
    first = matches[0]
    unit = _singular(first.group("unit"))
    number = _number(first.group("num"))
    lines: float | None = number if unit == "line" else None
    for other in matches[1:]:
        if _singular(other.group("unit")) == "line":
            lines = _number(other.group("num"))
    qualifier = ""
    if first.group("qual"):
        words = first.group("qual").lower()
        qualifier = (
            "less_than" if "ess" in words else "more_than" if words[:4] in ("more", "over") else "about"
        )
    bare = _BARE_UNIT.match(text)
    if bare is not None and first.start() > 0:  # "Table (3 columns, 3 rows)": the table is the unit
        return Extent(lines=lines, stated=True, unit=_singular(bare.group("unit")))
    return Extent(lines=lines, stated=True, number=number, unit=unit, qualifier=qualifier)


def _singular(unit: str) -> str:
    unit = re.sub(r"^[1I|](?=ine)", "l", unit.lower().strip())
    if unit.endswith("entries"):
        return unit[:-3] + "y"
    return unit[:-1] if unit.endswith("s") and not unit.endswith("ss") else unit


def _number(text: str) -> float | None:
    text = text.lower().strip()
    if text in _NUMBER_WORDS:
        return _NUMBER_WORDS[text]
    for sign, part in (("½", 0.5), ("¼", 0.25), ("¾", 0.75)):
        if text.endswith(sign):
            whole = text[:-1].strip()
            return (float(whole) if whole else 0.0) + part
    half = re.fullmatch(r"(\d*)\s?[-\s]?\s?1/2", text)
    if half:
        return (float(half.group(1)) if half.group(1) else 0.0) + 0.5
    return float(text) if re.fullmatch(r"\d+(?:\.\d+)?", text) else None
