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
_STOPS = r"/|Il1\\.,:;'\-!7"
_PAIR = rf"{DIGIT}{{2}}"
_RUN = re.compile(
    rf"(?:{DIGIT}|[/\\.,:;'`_~\"-]|\s(?=[\s/.-])|(?<=[/.-])\s|(?<={_PAIR})\s(?={_PAIR}\b)){{6,18}}"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LONG = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
         "november", "december")
_GAP, _YEAR = r"[\s.,'_-]{0,3}", rf"(?P<y>(?:{DIGIT}[.,'`_-]?){{4}})(?![A-Za-z0-9])"
_DAY, _NAME = rf"(?P<d>{DIGIT}{{1,2}})", r"(?P<m>[A-Za-z](?:[.,'_-]?[A-Za-z0-9|!]){2,9})"
_DMY = re.compile(_DAY + _GAP + _NAME + _GAP + _YEAR)
_MDY = re.compile(_NAME + _GAP + _DAY + _GAP + _YEAR)


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
    found: dict[str, tuple[int, int]] = {}
    run = _RUN.match(window, begin)
    if run is not None and ("ymd" in wanted or "mdy" in wanted):
        for stop in _stops(window, begin, run.end()):
            raw = window[begin:stop]
            for year, month, day in _figures(raw, wanted, full_year):
                iso = from_parts(year, month, day, today)
                if iso is not None:
                    found.setdefault(iso, (begin, stop))
            if found:
                break
    for name, pattern in (("dmony", _DMY), ("mondy", _MDY)):
        match = pattern.match(window, begin) if name in wanted else None
        named = _month(match.group("m")) if match is not None else None
        if match is not None and named:
            year = int(digits_of(_SPECK.sub("", match.group("y").replace("-", ""))))
            iso = from_parts(year, named, int(digits_of(match.group("d"))), today)
            if iso is not None:
                found.setdefault(iso, match.span())
    if len(found) != 1:
        return None
    iso, (start, end) = next(iter(found.items()))
    return Date(iso, window[start:end], start, end, repaired=True)


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


def _month_bones(text: str) -> str:
    """M and N, U and V are taken as equal too: no two months differ in these alone."""
    return skeleton(re.sub(r"[^A-Za-z0-9|!]", "", text)).replace("m", "n").replace("v", "u")


def _month(text: str) -> int | None:
    """The month whose name, short or whole, differs by at most one sign; None when two are as near."""
    bones = _month_bones(text)
    best: dict[int, int] = {}
    for number, (short, long) in enumerate(zip(_MONTHS, _LONG, strict=True), 1):
        names = (short, long) if len(bones) <= 5 else (long,)
        distance = min(Levenshtein.distance(bones, _month_bones(name), score_cutoff=2) for name in names)
        if distance <= (1 if len(bones) <= 5 else 2):
            best[number] = distance
    if not best:
        return None
    least = min(best.values())
    nearest = [number for number, distance in best.items() if distance == least]
    return nearest[0] if len(nearest) == 1 else None
