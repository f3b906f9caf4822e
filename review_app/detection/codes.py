"""Exemption codes as printed: what a code list says, and where a code may be believed.

Codes are ambiguous outside their place (``B1`` is also a vitamin, a bomber and a building), so this module
is given text that already is a *code context* (domain reference 1.6): what follows a release phrase, what
stands alone in a margin, what a bracket holds. Only there are misread characters mended.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from functools import cache, lru_cache

from review_app.detection import countries
from review_app.domain.codes import all_codes, codes_of
from review_app.domain.findings import CodeReading
from review_app.domain.values import dataclass
from review_app.domain.vocabulary import Provenance

# Longest context worth reading: a release line with a dozen codes is under 100 characters.
MAX_CONTEXT = 240

_SPLIT = re.compile(r"\s*(?:[,;|/&]|\band\b)\s*|\s+")
# FOIA short form, with the misreadings of B and of the digits that real pages show (domain 1.6, step 4).
_FOIA = re.compile(
    r"\(?(?P<b>[bB8E])\)?\s?[-.]?\(?(?P<n>[1-9lIi|!SsGgbe&])\)?(?:\(?(?P<sub>[A-Fa-f])\)?)?(?:-\d{1,2})?\)?"
)
_CATEGORY = re.compile(
    r"[1lI]\s?[.,]\s?(?P<n>[45])\s?(?P<letters>(?:\(\s?[A-Ha-h](?:\s?[,;]\s?[A-Ha-h])*\s?\)\s?)+|[A-Ha-h])"
)
_WORN_CATEGORY = re.compile(r"[1lI]\s?[.,]\s?(?P<n>[45])\s?\(\s?[O0Q]\s?\)")
_PAREN = re.compile(r"[A-Ha-h]")
# Joins what belongs to one code but is set apart by blanks: "1.4 (B)", "B7 (D)", "( b ) ( 6 )".
_JOIN = re.compile(r"(?<=[\w)])\s+(?=\(\s?\w{1,2}\s?\))|(?<=\()\s+|\s+(?=\))")
_MANGLED = (
    (re.compile(r"\b(25|50|75)\s?[Xx×]\s?[lI|!](?![A-Za-z0-9])"), r"\g<1>X1"),
    (re.compile(r"(?<![A-Za-z0-9])[lI|\[{]b\)\s?\("), "(b)("),
    (re.compile(r"\(b[y)]\(?([7])[)K]{1,2}\(?([A-F])\)"), r"(b)(\1)(\2)"),
    (re.compile(r"\(k[x)]\(?[!lI|]\)"), "(k)(1)"),
    (re.compile(r"(?<![A-Za-z0-9])([Bb])&(?![A-Za-z0-9])"), r"\g<1>8"),
)
_COMMA_STOP = re.compile(r"(?<![\d.])[1lI]\s?,\s?([45])(?=\s?\()")
_SPECK_LETTER = re.compile(r"\(\s?[.,'`_-]?\s?([A-Ha-h])\s?[.,;'`_-]?\s?\)")
_STOP_LIST = re.compile(r"(?<=\d)\.(?=[Bb]\d)")
_INNER_LIST = re.compile(r"\(\s?[A-Ha-h](?:\s?[,;]\s?[A-Ha-h])+\s?\)")
# What is printed with a code and is no code: order names, ages (">25Yrs"), separators.
_COMPANY = re.compile(
    r"\b(?:EO|E\.O\.|Sec(?:tion)?\.?|\d{5}|and)\b|\d{1,2}\s?Yrs|[\s,;|/&()\[\].:<>-]", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class CodeList:
    """Codes of one context. ``complete``: nothing else stood there; ``repaired``: a misreading was mended."""

    codes: tuple[CodeReading, ...]
    complete: bool
    repaired: bool

    @property
    def canonical(self) -> str:
        """The codes in canonical form, in printed order."""
        return ", ".join(code.code for code in self.codes)


@lru_cache(maxsize=4096)
def canonical(text: str) -> str | None:
    """The canonical form of a code written in any of its printed forms, None for what is no code."""
    found = codes_of(text)
    if not found or (not found[0].code_id.startswith(("US-", "JFK")) and len(found) > 1):
        return None  # printed alike by several countries, or for several grounds
    return found[0].canonical


# Rows of the table that are no ground for withholding, or only one inside a withdrawal sheet.
_NO_GROUND = frozenset({"declass_instruction", "response"})
_ONLY_ON_SHEETS = re.compile(r"[A-Z]|RR|PRM|ILLEGIB|SANITIZED")


@cache
def _table(us: bool) -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    """The patterns of the US schemes, or of all others: which country it is decides what ``s 22`` means, and
    a US code is never taken for another country's."""
    rows = []
    for code in all_codes():
        if not code.regex or code.code_id == "US-FOIA:SHORT" or code.kind in _NO_GROUND:
            continue
        if _ONLY_ON_SHEETS.fullmatch(code.canonical) or code.code_id.startswith(("US-", "JFK")) is not us:
            continue
        try:
            rows.append((code.scheme, code.canonical, re.compile(code.regex)))
        except re.error:  # a row an office added; the other rows still work
            continue
    return tuple(rows)


@cache
def _any_of_table(us: bool) -> re.Pattern[str] | None:
    """All patterns of :func:`_table` as one: nearly every text that is asked has none of them, and one
    search costs a quarter of a search for each. None where they cannot be put together."""
    patterns = [pattern for _, _, pattern in _table(us)]
    if any(pattern.groups for pattern in patterns):  # a reference would miss its group
        return None
    try:
        return re.compile("|".join(f"(?:{pattern.pattern})" for pattern in patterns))
    except re.error:  # flags of a whole pattern, say
        return None


def read_list(
    text: str, provenance: Provenance, *, repair: bool = False, expected: frozenset[str] = frozenset()
) -> CodeList:
    """Read a code list such as ``B1,1.4(B),1.4(D)``.

    Args:
        text: a code context; more than ``MAX_CONTEXT`` characters are not read.
        provenance: where it stood.
        repair: mend misread characters (``BS`` is ``B5``), at lower confidence.
        expected: canonical codes the release line prints; a mended code must be one of them when given.
    """
    # The same few words are asked about on every page: kept with the country that decides what they mean.
    return _read(text[:MAX_CONTEXT], provenance, repair, expected, countries.current())


@lru_cache(maxsize=4096)
def _read(
    text: str, provenance: Provenance, repair: bool, expected: frozenset[str], country: str
) -> CodeList:
    mended = _unmangled(text)
    if mended != text:
        read = _read_list(mended, provenance, repair, expected, country)
        codes = tuple(
            replace(
                c, confidence=min(c.confidence, 0.75), raw=text.strip() if len(read.codes) == 1 else c.raw
            )
            for c in read.codes
        )
        return CodeList(codes, read.complete, repaired=True)
    return _read_list(text, provenance, repair, expected, country)


def _read_list(
    text: str, provenance: Provenance, repair: bool, expected: frozenset[str], country: str
) -> CodeList:
    text = text[:MAX_CONTEXT].strip(" \t.:-_~*'\"|")
    if not text:
        return CodeList((), complete=False, repaired=False)
    if country not in ("", "US"):
        foreign = countries.read(text, provenance)
        if foreign:
            return CodeList(foreign, complete=_covers(text, foreign), repaired=False)
    if repair:
        text = _STOP_LIST.sub(",", text)
        text = _COMMA_STOP.sub(r"1.\1", _SPECK_LETTER.sub(r"(\1)", text))
    text = _JOIN.sub("", text)
    text = _INNER_LIST.sub(lambda m: "".join(f"({c})" for c in _PAREN.findall(m.group())), text)
    found: list[CodeReading] = []
    complete, repaired = True, False
    for token in _SPLIT.split(text):
        token = token.strip(".:;,'\"")
        if not token:
            continue
        codes, mended = _token(token, provenance, repair, expected)
        if not codes:
            complete = False
            continue
        repaired = repaired or mended
        for code in codes:
            if code.code not in {c.code for c in found}:
                found.append(code)
    if not complete:
        whole = _from_table(text, provenance, country)
        # The table knows the forms of every scheme; it wins where it explains more of the context.
        if sum(len(c.raw) for c in whole) > sum(len(c.raw) for c in found):
            return CodeList(whole, complete=_covers(text, whole), repaired=False)
    return CodeList(tuple(found), complete and bool(found), repaired)


def _unmangled(text: str) -> str:
    """Forms that recognition mangles and that are no words, as they were printed (domain 1.6, step 4)."""
    mended = text
    for pattern, form in _MANGLED:
        mended = pattern.sub(form, mended)
    return mended


def leading(text: str) -> tuple[str, int, int, float] | None:
    """The codes that ``text`` begins with, behind stops and blanks: canonical list, start, end, certainty.

    For forms that print a list behind a label, with the next label behind it.
    """
    begin = len(text) - len(text.lstrip(" :.;-_"))
    best: tuple[str, int, int, float] | None = None
    for token in re.finditer(r"\S+", text[begin : begin + MAX_CONTEXT]):
        read = read_list(text[begin : begin + token.end()], Provenance.RELEASE_LINE, repair=True)
        if not read.complete:
            break
        sure = min(code.confidence for code in read.codes)
        best = read.canonical, begin, begin + token.end(), sure
    return best


def _token(
    token: str, provenance: Provenance, repair: bool, expected: frozenset[str]
) -> tuple[list[CodeReading], bool]:
    match = _CATEGORY.fullmatch(token)
    worn = _WORN_CATEGORY.fullmatch(token) if repair and match is None else None
    if worn is not None:  # a round letter: of A to H only D is one
        return [CodeReading(f"1.{worn.group('n')}(d)", token, provenance, 0.65)], True
    if match:
        letters = _PAREN.findall(match.group("letters"))
        codes = [f"1.{match.group('n')}({letter.lower()})" for letter in letters]
        known = [c for c in (canonical(code) for code in codes) if c]
        mended = token[0] != "1"
        if len(known) == len(codes) and (repair or not mended):
            sure = 0.8 if mended else 0.97
            return [CodeReading(c, token, provenance, sure) for c in known], mended
    match = _FOIA.fullmatch(token)
    if match:
        b, n, sub = match.group("b"), match.group("n"), match.group("sub")
        # "Be" and "B b" end in a letter that may be a misread 6, or the letter of a clause.
        digit = {
            "l": "1",
            "I": "1",
            "i": "1",
            "|": "1",
            "!": "1",
            "S": "5",
            "s": "5",
            "G": "6",
            "g": "6",
            "b": "6",
            "e": "6",
            "&": "8",
        }.get(n, n)
        mended = b in "8E" or n != digit
        code = canonical(f"({'b'})({digit})" + (f"({sub.upper()})" if sub else ""))
        plausible = not (b in "8E" and n != digit) and (not sub or digit == "7")
        if code and plausible and (not mended or (repair and (not expected or code in expected))):
            return [CodeReading(code, token, provenance, 0.7 if mended else 0.97)], mended
    known_code = canonical(token) if len(token) <= 24 else None
    if known_code and any(c.isdigit() for c in token) and not token.isdigit() and len(token) >= 3:
        return [CodeReading(known_code, token, provenance, 0.9)], False
    if known_code and token.upper() == "NR":
        return [CodeReading(known_code, token, provenance, 0.8)], False
    return [], False


@lru_cache(maxsize=4096)
def _from_table(text: str, provenance: Provenance, country: str) -> tuple[CodeReading, ...]:
    """All codes of the table in ``text``; where two overlap the longest wins (domain reference 1.1)."""
    hits: list[tuple[int, int, str]] = []
    schemes: dict[tuple[int, int], set[str]] = {}
    for us in (True, False) if country != "US" else (True,):
        either = _any_of_table(us)
        if either is not None and either.search(text) is None:
            continue
        for scheme, code, pattern in _table(us):
            for match in pattern.finditer(text):
                if match.end() > match.start():
                    hits.append((match.start(), match.end(), code))
                    schemes.setdefault(match.span(), set()).add(scheme)
        if hits and us:
            break
        # "s 22" is UK, Canadian and Australian: without the country it says nothing (trap 35).
        hits = [hit for hit in hits if len(schemes[hit[0], hit[1]]) == 1]
        # Nor does an article without the indent that tells which of its grounds is meant.
        sizes = Counter((hit[0], hit[1]) for hit in hits)
        hits = [hit for hit in hits if sizes[hit[0], hit[1]] == 1]
    hits.sort(key=lambda h: (-(h[1] - h[0]), h[0]))
    kept: list[tuple[int, int, str]] = []
    for hit in hits:
        if all(hit[1] <= k[0] or hit[0] >= k[1] for k in kept):
            kept.append(hit)
    kept.sort()
    return tuple(CodeReading(code, text[a:b].strip(), provenance, 0.9) for a, b, code in kept)


def _covers(text: str, codes: tuple[CodeReading, ...]) -> bool:
    rest = text
    for code in codes:
        rest = rest.replace(code.raw, " ", 1)
    return not _COMPANY.sub("", rest)
