"""Release phrases (``RELEASE IN PART``, ``RELEASED IN FULL`` ...) and the codes printed with them.

A phrase in running prose says nothing ("will be released in part next week"): it must be printed like a
stamp. Stamps stand beside other columns, so text extraction tears them apart; the pieces are looked for
on the lines below.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache

from rapidfuzz.distance import Levenshtein

from review_app.detection import codes as code_lists
from review_app.detection.anchors import Anchor, Mark, skeleton
from review_app.detection.flow import Collapsed, Flow
from review_app.domain.findings import CodeReading
from review_app.domain.resources import resource_path
from review_app.domain.values import dataclass
from review_app.domain.vocabulary import Disposition, Provenance

_TOKEN = re.compile(r"\S+")
_TICK = re.compile(r"(?:\(\s{0,3}\)|\[\s{0,3}\]|[\u2610\u25a1])\s*$")
# What may stand right before a stamp on the same line without a gap: other pieces of stamps.
_STAMP_END = re.compile(r"(?:\d\S*|:|[\]|}_~]|\b(?:UNCLASSIFIED|CONFIDENTIAL|SECRET|COMM\.?|REDACTIONS\.?))$")
_AFTER = re.compile(r"^\s*(?:[-|.,:;_*~'\"()\[\]]+\s*)*(?:PUBLIC\b.*|(?:19|20)\d\d)?$")
# "Declassify in Part:" is the label of a box to tick, not a decision.
_OPTION = re.compile(r"(?i:declassify|deny)\b")
# A code has a figure with a letter or bracket beside it, or is a short one misread: looked at before parsing.
_MAYBE_CODE = re.compile(r"^(?=.{2,60}$)(?=.*[A-Za-z(])(?=.*\d)|^[(bB8E]{1,2}[SGsgeb&lI|!)]{1,3},?$|^N/?R$")
_LONE_HEAD = re.compile(r"(?<![A-Za-z])RELEASED?(?=[ \t|_]{0,40}$)", re.MULTILINE)
_IN = re.compile(r"(?<!\S)IN(?=\s)")
_ANY_HEAD = "RELEASE IN"
_REST = 300  # characters of the rest of a line that are looked at
_TAILS = ("PART", "FULL")
_LINES_BELOW = 3
MIN_RATIO = 84.0


@dataclass(frozen=True, slots=True)
class Release:
    """One release phrase as found. ``start:end`` are flow offsets of the phrase, ``code_lines`` flow line
    indexes that only continue the stamp, ``codes_at`` flow offsets of the code list."""

    disposition: Disposition
    start: int
    end: int
    confidence: float
    codes: tuple[CodeReading, ...] = ()
    codes_at: tuple[int, int] | None = None
    code_lines: tuple[int, ...] = ()


OWNER = "release"
HEAD_OWNER = "release-head"


@cache
def _phrases() -> tuple[tuple[Anchor, ...], dict[str, Disposition], dict[str, dict[str, Disposition]]]:
    data = json.loads(resource_path("stamps", "dispositions.json").read_text(encoding="utf-8"))
    meaning = {p["text"]: Disposition(p["disposition"]) for p in data["phrases"]}
    split = {s["head"]: {k: Disposition(v) for k, v in s["tails"].items()} for s in data["split"]}
    anchors = [Anchor(text, text, MIN_RATIO, OWNER) for text in meaning]
    anchors += [Anchor(head, head, 84.0, HEAD_OWNER) for head in split]
    return tuple(anchors), meaning, split


def anchors() -> tuple[Anchor, ...]:
    """The phrases to look for; their owners are ``OWNER`` and ``HEAD_OWNER``."""
    return _phrases()[0]


def find(flow: Flow, view: Collapsed, marks: Mapping[str, Sequence[Mark]]) -> list[Release]:
    """All release phrases of the document, in order, among the marks of this module's anchors."""
    _, meaning, split = _phrases()
    found: list[Release] = []
    for mark in marks.get(OWNER, ()):
        start, end = view.span(mark.start, mark.end)
        release = _whole(flow, mark, start, end, meaning[mark.name])
        if release is not None:
            found.append(release)
    known = {flow.line_index(r.start) for r in found}
    for mark in marks.get(HEAD_OWNER, ()):
        start, end = view.span(mark.start, mark.end)
        if flow.line_index(start) not in known:
            release = _torn(flow, mark, start, end, split[mark.name])
            if release is not None:
                found.append(release)
    known = {flow.line_index(r.start) for r in found}
    for match in _LONE_HEAD.finditer(flow.text):
        if flow.line_index(match.start()) not in known:
            release = _torn_twice(flow, match.start(), match.end(), split[_ANY_HEAD])
            if release is not None:
                found.append(release)
    return sorted(found, key=lambda r: r.start)


def _torn_twice(flow: Flow, start: int, end: int, tails: dict[str, Disposition]) -> Release | None:
    """``RELEASE`` alone, and ``IN FULL`` alone on one of the lines below: another column stands between."""
    if not _left_ok(flow, start):
        return None
    mark = Mark(_ANY_HEAD, start, end, 0.95, _ANY_HEAD)
    for below in _below(flow, flow.line_index(start)):
        for token in _IN.finditer(flow.texts[below][:400]):
            tail = _TOKEN.search(flow.texts[below], token.end())
            if tail is None or not _left_ok(flow, flow.starts[below] + token.start()):
                continue
            release = _tail(flow, mark, start, below, tail, tails)
            if release is not None:
                return release
    return None


def _whole(flow: Flow, mark: Mark, start: int, end: int, disposition: Disposition) -> Release | None:
    if not _stamp_like(flow, start, end):
        return None
    if flow.text.count("\n", start, end) > 4:
        return None
    last = mark.text.rpartition(" ")[2]
    if mark.score < 0.999 and last in _TAILS:
        # One letter decides between PART, PARIS and PARTY: the last word is looked at by itself.
        word = re.sub(r"[^A-Za-z0-9]", "", flow.raw(start, end).split()[-1])
        if _tail_distance(word, last) is None:
            return None
    return _with_codes(flow, Release(disposition, start, end, mark.score), flow.line_index(end - 1))


def _torn(flow: Flow, mark: Mark, start: int, end: int, tails: dict[str, Disposition]) -> Release | None:
    """``RELEASE IN`` with ``PART B6`` behind it misread, or at the end of one of the next lines."""
    if not _capitals(flow.raw(start, end)) or not _left_ok(flow, start):
        return None
    index = flow.line_index(end - 1)
    column = end - flow.starts[index]
    if flow.texts[index][column : column + _REST].strip(" |_"):
        token = _TOKEN.search(flow.texts[index], column)
        return _tail(flow, mark, start, index, token, tails) if token else None
    for below in _below(flow, index):
        for token in _TOKEN.finditer(flow.texts[below][:400]):
            if _left_ok(flow, flow.starts[below] + token.start()):
                release = _tail(flow, mark, start, below, token, tails)
                if release is not None:
                    return release
    return None


def _tail(
    flow: Flow, mark: Mark, start: int, index: int, token: re.Match[str], tails: dict[str, Disposition]
) -> Release | None:
    """The release that ends with ``token`` of line ``index``, when that can be read as PART or FULL."""
    word = re.sub(r"[^A-Za-z0-9]", "", token.group())
    read = [(distance, tail) for tail in tails if (distance := _tail_distance(word, tail)) is not None]
    if len(read) != 1:
        return None
    best, tail = read[0]
    rest = flow.texts[index][token.end() : token.end() + _REST]
    if rest.strip() and not _AFTER.match(rest) and not _is_codes(rest):
        return None
    sure = (0.96, 0.85, 0.7)[best] * mark.score
    return _with_codes(flow, Release(tails[tail], start, flow.starts[index] + token.end(), sure), index)


def _tail_distance(word: str, tail: str) -> int | None:
    """How many letters of ``word`` are wrong when it is read as ``tail``; None when it cannot be."""
    if not 3 <= len(word) <= 6 or sum(c.isupper() for c in word) * 2 < len(word):
        return None
    distance = Levenshtein.distance(skeleton(word), skeleton(tail))
    return distance if distance <= 1 or (distance == 2 and len(word) <= len(tail)) else None


def _stamp_like(flow: Flow, start: int, end: int) -> bool:
    raw = flow.raw(start, end)
    index = flow.line_index(end - 1)
    rest = flow.texts[index][end - flow.starts[index] : end - flow.starts[index] + _REST]
    if _OPTION.match(raw) and rest.lstrip().startswith(":"):
        return False
    if not _capitals(raw):
        # Title case only when the phrase has its line for itself.
        first = flow.line_index(start)
        words = raw.split()
        alone = (
            start - flow.starts[first] < _REST
            and not flow.texts[first][: start - flow.starts[first]].strip()
            and not rest.strip(" .:")
        )
        return alone and len(words) > 1 and words[0][:1].isupper() and words[-1][:1].isupper()
    if not _left_ok(flow, start):
        return False
    if not rest.strip() or _AFTER.match(rest) or _is_codes(rest):
        return True
    return flow.gap_before(index, end - flow.starts[index] + len(rest) - len(rest.lstrip()))


def _capitals(raw: str) -> bool:
    letters = [c for c in raw if c.isalpha()]
    return bool(letters) and sum(c.isupper() for c in letters) >= 0.8 * len(letters)


def _left_ok(flow: Flow, start: int) -> bool:
    index = flow.line_index(start)
    column = start - flow.starts[index]
    head = flow.texts[index][max(0, column - 40) : column]
    if _TICK.search(head):
        return False  # an option of a form, nothing says it was ticked
    if flow.gap_before(index, column):
        return True
    return bool(_STAMP_END.search(head.rstrip()))


def _is_codes(text: str) -> bool:
    return (
        len(text) <= code_lists.MAX_CONTEXT
        and code_lists.read_list(text, Provenance.RELEASE_LINE, repair=True).complete
    )


def _below(flow: Flow, index: int) -> list[int]:
    """The next lines with text, at most three and not over more than six lines."""
    found = []
    for i in range(index + 1, min(len(flow.texts), index + 7)):
        if re.search(r"\w", flow.texts[i][:400]):
            found.append(i)
            if len(found) == _LINES_BELOW:
                break
    return found


def _with_codes(flow: Flow, release: Release, index: int) -> Release:
    """Read the codes behind the phrase and on the lines below it."""
    if release.disposition is Disposition.RELEASED_IN_FULL:
        return release
    found: list[CodeReading] = []
    lines: list[int] = []
    first = last = -1
    column = release.end - flow.starts[index]
    rest = flow.texts[index][column : column + _REST]
    if _is_codes(rest):
        found.extend(code_lists.read_list(rest, Provenance.RELEASE_LINE, repair=True).codes)
        first, last = release.end + len(rest) - len(rest.lstrip()), release.end + len(rest.rstrip())
    for below in _below(flow, index)[: 2 if not found else 1]:
        if len(flow.texts[below]) > _REST:
            break
        at = tail_codes(flow, below, repair=True, beside_stamp=True)
        if len(flow.texts[below]) <= code_lists.MAX_CONTEXT and _is_codes(flow.texts[below]):
            at = len(flow.texts[below]) - len(flow.texts[below].lstrip())  # "EO 12958 3.4(b)(1)>25Yrs"
        if at is not None and flow.texts[below][:at].strip(" |_") and not _is_stamp_piece(flow.texts[below]):
            at = None  # a line of the text with a code in its margin
        if at is None:
            if found or lines or not _is_stamp_piece(flow.texts[below]):
                break
            continue
        more = code_lists.read_list(flow.texts[below][at:], Provenance.RELEASE_LINE, repair=True).codes
        if found and not flow.texts[index][-40:].rstrip().endswith(","):
            break  # the list above was complete: this is the code of a passage
        found.extend(c for c in more if c.code not in {f.code for f in found})
        lines.append(below)
        first = flow.starts[below] + at if first < 0 else first
        last = flow.starts[below] + len(flow.texts[below].rstrip())
        index = below
    if not found:
        return release
    return Release(
        release.disposition,
        release.start,
        release.end,
        release.confidence,
        tuple(found),
        (first, last),
        tuple(lines),
    )


_STAMP_PIECE = re.compile(
    r"Class:|Reason:|Declassif|Case N|Doc N|Date:|UNCLASSIFIED|Department of State|STATE DEPT"
    r"|^\s*\d\d?/\d\d?/\d{4}\b"
)


def _is_stamp_piece(text: str) -> bool:
    return bool(_STAMP_PIECE.search(text))


def tail_codes(
    flow: Flow,
    index: int,
    *,
    repair: bool,
    beside_stamp: bool = False,
    expected: frozenset[str] = frozenset(),
) -> int | None:
    """The column where codes at the end of a line begin, None when the line does not end in codes.

    The codes must be all of the line or stand behind a gap (a margin, another column).
    """
    text = flow.texts[index]
    tail = text[-120:]
    shift = len(text) - len(tail)
    run: list[int] = []
    for token in reversed(list(_TOKEN.finditer(tail))):
        word = token.group().strip("|_.,;/-")
        if not word:
            continue
        if (
            not _MAYBE_CODE.search(word)
            or not code_lists.read_list(word, Provenance.MARGIN, repair=repair, expected=expected).complete
        ):
            break
        run.append(token.start() + shift)
    if not run:
        return None
    if beside_stamp and _STAMP_END.search(text[: run[-1]].rstrip()[-40:]):
        return run[-1]
    return next((column for column in reversed(run) if flow.gap_before(index, column)), None)
