"""Dates as released documents print them, read into ISO form (domain reference 3.7).

Rules: US stamps are month first; a two-digit year takes the earliest year that is not before the
document's and not after today, without a document year the latest that is not after today; a misread
digit is repaired only where a digit must stand; a "no date" value is nothing.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection

from review_app.domain.values import dataclass

# Letters that stand where a digit must stand (domain reference 3.7; B and g by their shapes).
DIGITS = str.maketrans(
    {
        **dict.fromkeys("OoQD", "0"),
        **dict.fromkeys("lIi|!L", "1"),
        **dict.fromkeys("Zz", "2"),
        **dict.fromkeys("Ss", "5"),
        **dict.fromkeys("Gb", "6"),
        "B": "8",
        **dict.fromkeys("gq", "9"),
    }
)
DIGIT = r"[0-9OoQDlIi|!LZzSsGbBgq]"

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<mon>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|[o0]ct|n[o0]v|[o0]ec|jvn|ju[1i|]|app|aug)"
)
_SEP = r"\s?[/.\-]\s?"
_D, _D2, _D4 = DIGIT, DIGIT + r"{1,2}", DIGIT + r"{4}"
_START = r"(?<![A-Za-z0-9])(?<!\d[.,'`_~^])"  # not behind a figure and a speck: "2_8 JUL" is no 8 July
_END = r"(?![A-Za-z0-9])"

# The month is named: unambiguous, tried first.
_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern + _END, re.IGNORECASE if "mon" in name else 0))
    for name, pattern in (
        ("ymd", rf"(?<![A-Za-z0-9])(?P<y>[12]{_D}{{3}}){_SEP}(?P<m>{_D2}){_SEP}(?P<d>{_D2})(?![/-]\d)"),
        ("mdy", rf"{_START}(?<!/)(?P<m>{_D2}){_SEP}(?P<d>{_D2}){_SEP}(?P<y>{_D4}|{_D}{{2}})"),
        (
            "dmony",
            rf"{_START}(?P<d>{_D2})\s?[-./]?\s?{_MONTH}\.?,?\s?[-./]?\s?(?P<y>{_D4}|{_D}{{2}})",
        ),
        ("mondy", rf"(?<![A-Za-z]){_MONTH}\.?\s?(?P<d>{_D2})(?:st|nd|rd|th)?\s?,?\s(?P<y>{_D4})"),
        ("compact", r"(?<![A-Za-z0-9])(?P<m>[01]\d)(?P<d>[0-3]\d)(?P<y>(?:19|20)\d\d)"),
    )
)
# Values that stand for "no date" (State and JFK forms; domain reference 3.7).
_NULL = {(1960, 1, 1), (1900, 1, 1)}
_GOES_ON = re.compile(r"[.,'`_~^*]\d")
_DASHED = re.compile(r"-\d\d(?!\d)")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Date:
    """A date as read. ``start`` and ``end`` are offsets in the searched text.

    ``repaired``: a misread character was mended. ``century_inferred``: two-digit year.
    ``order_assumed``: day and month could be the other way round; month first was taken.
    ``single_figure``: the day or the month is printed with one figure. ``year_completed``: the year has
    lost a figure, and only one year fits the three that are left.
    """

    iso: str
    raw: str
    start: int
    end: int
    repaired: bool = False
    century_inferred: bool = False
    order_assumed: bool = False
    single_figure: bool = False
    year_completed: bool = False

    @property
    def certainty(self) -> float:
        """How far the reading itself can be trusted, 0 to 1."""
        return (
            (0.85 if self.repaired else 1.0)
            * (0.97 if self.century_inferred else 1.0)
            * (0.8 if self.order_assumed else 1.0)
            * (0.75 if self.year_completed else 1.0)
        )


def digits_of(text: str) -> str:
    """Letters that look like digits, as digits. Only for text that stands where a number must stand."""
    return text.translate(DIGITS)


def find(
    text: str,
    *,
    document_year: int | None = None,
    today: datetime.date | None = None,
    day_first: bool = False,
    forms: Collection[str] = (),
    full_year: bool = False,
) -> Date | None:
    """The first date in ``text``, or None. Keep ``text`` short: a line or a window behind a label.

    Args:
        text: where to look.
        document_year: the document's own year, for two-digit years of reviews.
        today: no two-digit year is later; default is the current date.
        day_first: 03/04 is 3 April (UK, CA, AU, NL).
        forms: only these orders (``ymd``, ``mdy``, ``dmony``, ``mondy``, ``compact``); default all.
        full_year: a two-digit year is no date here (a stamp that prints four and was cut off).
    """
    best: Date | None = None
    for form, pattern in _FORMS:
        if forms and form not in forms:
            continue
        for match in pattern.finditer(text):
            if len(match.group("y")) == 2 and _GOES_ON.match(text, match.end()):
                continue  # "19'86": a speck in a year of four figures
            if match.group("y") in ("19", "20") and _DASHED.match(text, match.end()):
                continue  # "19-86": the same
            if best is not None and match.start() >= best.start:
                break
            if full_year and len(match.group("y")) < 4:
                continue
            date = _date(form, match, document_year, today, day_first)
            if date is not None:
                best = date
                break
    return best


def whole(text: str, *, document_year: int | None = None, today: datetime.date | None = None) -> Date | None:
    """The date that ``text`` is, with nothing around it but blanks and stops."""
    date = find(text, document_year=document_year, today=today)
    if date is None:
        return None
    rest = text[: date.start] + text[date.end :]
    return date if not rest.strip(" \t.,;:") else None



def _parts(form: str, match: re.Match[str]) -> tuple[tuple[int, int, int], bool]:
    groups = match.groupdict()
    values = {k: digits_of(groups[k]) for k in ("y", "m", "d") if groups.get(k)}
    repaired = any(values[k] != groups[k] for k in values)
    if "mon" in form:
        printed = groups["mon"].lower()
        name = printed[:3].translate(str.maketrans("0v1|", "oull")).replace("oec", "dec")
        name = {"jui": "jul", "jun": "jun", "app": "apr", "nou": "nov"}.get(name, name)
        month = _MONTHS.index(name) + 1 if name in _MONTHS else 0
        repaired = repaired or printed[:3] != name
    else:
        month = int(values["m"]) if values["m"].isdigit() else 0
    year = int(values["y"]) if values["y"].isdigit() else -1
    day = int(values["d"]) if values["d"].isdigit() else 0
    return (year, month, day), repaired


def _date(
    form: str, match: re.Match[str], document_year: int | None, today: datetime.date | None, day_first: bool
) -> Date | None:
    raw = match.group()
    if not any(c in "0123456789" for c in raw):
        return None
    (year, month, day), repaired = _parts(form, match)
    limit = today or datetime.date.today()
    inferred = 0 <= year < 100 and len(_SPACE.sub("", match.group("y"))) == 2
    if inferred:
        year = _full_year(year, document_year, limit.year)
    assumed = False
    if form == "mdy":
        if day_first and day <= 31 and month <= 31:
            month, day = day, month
        if month > 12 >= day:
            month, day = day, month
        elif day <= 12 and month != day and inferred and document_year is None:
            assumed = True
    if not 1700 <= year <= limit.year + 60 or (year, month, day) in _NULL:
        return None
    try:
        iso = datetime.date(year, month, day).isoformat()
    except ValueError:
        return None
    single = any(len(match.group(k)) == 1 for k in ("d", "m") if match.groupdict().get(k))
    return Date(iso, raw, match.start(), match.end(), repaired, inferred, assumed, single)


def from_parts(year: int, month: int, day: int, today: datetime.date | None = None) -> str | None:
    """The ISO form, None for what is no date. ``year`` below 0 is ``-1 - yy`` of a two-digit year."""
    limit = today or datetime.date.today()
    if year < 0:
        year = _full_year(-1 - year, None, limit.year)
    if not 1900 <= year <= limit.year + 60 or (year, month, day) in _NULL:
        return None
    try:
        return datetime.date(year, month, day).isoformat()
    except ValueError:
        return None


def _full_year(two: int, document_year: int | None, this_year: int) -> int:
    """The rule of domain reference 3.7 for two-digit years of reviews."""
    candidates = [y for y in (1800 + two, 1900 + two, 2000 + two) if y <= this_year]
    if document_year is not None:
        later = [y for y in candidates if y >= document_year]
        if later:
            return later[0]
    return candidates[-1]
