"""Dates in worn print: separators lost or misread, specks between the figures, a letter wrong in the month.

Only asked for right behind the label of a stamp, when the plain reading found nothing, and believed only
when a single calendar date explains the signs (rather empty than wrong).
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Iterator
from dataclasses import replace

from rapidfuzz.distance import Levenshtein

from review_app.detection.anchors import skeleton
from review_app.detection.dates import DIGIT, Date, digits_of, from_parts

_LEAD = re.compile(r"[\s.:;,'_*~\"`)(-]*")
_SPECK = re.compile(r"[.,'`_~^*\"; ]")
_SOLID = "/-.|"
_STOPS = r"/|Il1\\.,:;'\-!7"
_PAIR = rf"{DIGIT}{{2}}"
_RUN = re.compile(
    rf"(?:{DIGIT}|[/\\.,:;'`_~\"-]|\s(?=[\s/.-])|(?<=[/.-])\s|(?<={_PAIR})\s(?={_PAIR}\b)){{6,18}}"
)
_ALIKE = frozenset(map(frozenset, ("oa", "ec", "ef", "rk", "ft", "lt", "gc", "od", "uo", "bh", "np", "uy")))
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LONG = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
         "november", "december")
_GAP, _YEAR = r"[\s.,'`_-]{0,3}", rf"(?P<y>(?:{DIGIT}[.,'`_-]?){{3,4}})(?![A-Za-z0-9])"
_DAY = rf"(?P<d>{DIGIT}[.,'`_-]?{DIGIT}|{DIGIT})"
_NAME = r"(?P<m>[A-Za-z0-9(](?:[.,'`_-]?[A-Za-z0-9|!]){1,9})"
_DMY = re.compile(_DAY + _GAP + _NAME + _GAP + _YEAR)
_MDY = re.compile(_NAME + _GAP + _DAY + _GAP + _YEAR)


_FIRST_YEAR = 1940
"""No year before it completes three figures. One of 1900 to 1939 never becomes a later one so: what it leaves
fits no year from 1940 on, or several."""


def find(
    window: str, *, today: datetime.date | None = None, forms: Collection[str] = (), full_year: bool = False
) -> Date | None:
    """The date that ``window`` begins with, behind blanks and stops; None when none or several fit.

    Args:
        window: what stands behind the label.
        today: two-digit years are not later.
        forms: only these orders (see :func:`review_app.detection.dates.find`).
        full_year: the stamp prints four figures of the year.
    """
    lead = _LEAD.match(window)
    begin = lead.end() if lead is not None else 0
    wanted = forms or ("ymd", "mdy", "dmony", "mondy")
    found: dict[str, Date] = {}
    limit = (today or datetime.date.today()).year

    def say(year: int, month: int, day: int, start: int, end: int, single: bool, lost: bool) -> None:
        iso = from_parts(year, month, day, today)
        if iso is not None:
            made = Date(iso, window[start:end], start, end, True, single_figure=single, year_completed=lost)
            found.setdefault(iso, made)

    run = _RUN.match(window, begin)
    if run is not None and ("ymd" in wanted or "mdy" in wanted):
        for stop in _stops(window, begin, run.end()):
            raw = window[begin:stop]
            for year, month, day in _figures(raw, wanted, full_year):
                say(year, month, day, begin, stop, False, False)
            if found:
                break
        for stop in () if found else _stops(window, begin, run.end()):
            for three, month, day in _short_years(window[begin:stop], wanted):
                say(_completed(three, limit), month, day, begin, stop, False, True)
            if found:
                break
    for name, pattern in (("dmony", _DMY), ("mondy", _MDY)):
        match = pattern.match(window, begin) if name in wanted else None
        named = _month(match.group("m")) if match is not None else None
        if match is not None and named:
            figures = digits_of(_SPECK.sub("", match.group("y").replace("-", "")))
            of_day = digits_of(_SPECK.sub("", match.group("d").replace("-", "")))
            lost = len(figures) == 3
            year = _completed(figures, limit) if lost else int(figures)
            say(year, named, int(of_day), *match.span(), len(of_day) == 1, lost)
    return next(iter(found.values())) if len(found) == 1 else None


def search(
    window: str, *, today: datetime.date | None = None, forms: Collection[str] = (), full_year: bool = False
) -> Date | None:
    """The same where the label was lost: the first word of ``window`` at which a date begins."""
    for word in re.finditer(r"\S+", window):
        found = find(window[word.start() :], today=today, forms=forms, full_year=full_year)
        if found is not None:
            start = word.start()
            return replace(found, start=found.start + start, end=found.end + start)
    return None


def _stops(window: str, begin: int, limit: int) -> Iterator[int]:
    """Where the figures may end: before a blank or a sign that is no figure, the longest first."""
    ends = {limit}
    ends.update(begin + m.start() for m in re.finditer(r"\s", window[begin:limit]))
    for end in sorted(ends, reverse=True):
        part = window[begin:end].rstrip(" .,:;'`_~\"-/")
        at = begin + len(part)
        if len(part) >= 6 and (at >= len(window) or not window[at].isalnum()):
            yield at


def _figures(raw: str, forms: Collection[str], full_year: bool) -> set[tuple[int, int, int]]:
    """All ways to read the signs as year, month, day."""
    found: set[tuple[int, int, int]] = set()
    shapes: list[tuple[str, tuple[int, int, int]]] = []
    if "ymd" in forms:
        shapes.append(("ymd", (4, 2, 2)))
    if "mdy" in forms:
        shapes.append(("mdy", (2, 2, 4)))
        if not full_year:
            shapes.append(("mdy", (2, 2, 2)))
    slashed = {_SPECK.sub("", raw.replace("-", ""))} if "/" in raw else set()
    for signs in {raw.replace(" ", ""), _SPECK.sub("", raw)} | slashed:
        for order, sizes in shapes:
            for first in (True, False):
                for second in (True, False):
                    if len(signs) != sum(sizes) + first + second:
                        continue
                    parts, at, good = [], 0, True
                    for size, stop in zip(sizes, (first, second, False), strict=True):
                        part = digits_of(signs[at : at + size])
                        good = good and part.isdecimal()
                        parts.append(part)
                        at += size
                        if stop:
                            good = good and bool(re.match(f"[{_STOPS}]", signs[at]))
                            at += 1
                    if good:
                        values = dict(zip(order, parts, strict=True))
                        year = int(values["y"]) if len(values["y"]) == 4 else -1 - int(values["y"])
                        found.add((year, int(values["m"]), int(values["d"])))
    return found


def _short_years(raw: str, forms: Collection[str]) -> set[tuple[str, int, int]]:
    """All ways to read the signs as three figures of a year, month and day with both stops printed."""
    found: set[tuple[str, int, int]] = set()
    for signs in {raw.replace(" ", ""), _SPECK.sub("", raw)}:
        for order, sizes in (("ymd", (3, 2, 2)), ("mdy", (2, 2, 3))):
            first = sizes[0]
            if order not in forms or len(signs) != 9 or {signs[first], signs[first + 3]} - set(_SOLID):
                continue
            pieces = signs[:first], signs[first + 1 : first + 3], signs[first + 4 :]
            parts = [digits_of(piece) for piece in pieces]
            if all(part.isdecimal() for part in parts):
                values = dict(zip(order, parts, strict=True))
                found.add((values["y"], int(values["m"]), int(values["d"])))
    return found


def _completed(three: str, this_year: int) -> int:
    """The year that loses one figure to become ``three``; 0 where none or several from 1940 on do."""
    fits = [y for y in range(_FIRST_YEAR, this_year + 1) if _is_left_of(three, str(y))]
    return fits[0] if len(fits) == 1 else 0


def _is_left_of(three: str, four: str) -> bool:
    return any(four[:at] + four[at + 1 :] == three for at in range(4))


def _month_bones(text: str) -> str:
    """M and N, U and V are taken as equal too: no two months differ in these alone."""
    return skeleton(re.sub(r"[^A-Za-z0-9|!]", "", text)).replace("m", "n").replace("v", "u")


def _month(text: str) -> int | None:
    """The month whose name, short or whole, differs by at most one sign; None when two are as near.

    Signs that print confuses count half: of MOR only MAR differs by such a pair.
    """
    bones = _month_bones(text)
    best: dict[int, float] = {}
    for number, (short, long) in enumerate(zip(_MONTHS, _LONG, strict=True), 1):
        names = (short, long) if len(bones) <= 5 else (long,)
        best[number] = min(_distance(bones, _month_bones(name)) for name in names)
    least = min(best.values())
    nearest = [number for number, distance in best.items() if distance == least]
    return nearest[0] if len(nearest) == 1 and least <= (1 if len(bones) <= 5 else 2) else None


def _distance(bones: str, name: str) -> float:
    """Edits from the one to the other; a sign for one that looks like it counts half."""
    edits = Levenshtein.editops(bones, name)
    alike = sum(
        edit.tag == "replace" and frozenset((bones[edit.src_pos], name[edit.dest_pos])) in _ALIKE
        for edit in edits
    )
    return len(edits) - 0.5 * alike
