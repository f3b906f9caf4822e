"""Which country's law a document was released under, and codes that mean something only once that is known.

``s 22`` is future publication in the United Kingdom, testing in Canada and irrelevant matter in Australia
(trap 35): the country is decided first, from the words of the release, then the code (domain reference,
rule 8 and 1.6). Where it cannot be decided such a code is left alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from review_app.domain.codes import ExemptionCode, all_codes
from review_app.domain.findings import CodeReading
from review_app.domain.vocabulary import Provenance

_SIGNS: dict[str, tuple[str, ...]] = {
    "US": (
        "5 U.S.C", "5 USC", "Department of State", "Central Intelligence", "CIA-RDP", "Executive Order 1",
        "E.O. 1", "Federal Bureau of Investigation", "National Security Agency", "Department of Defense",
        "FOIPA", "(b)(1)", "(b)(3)", "(b)(5)", "(b)(6)", "(b)(7)", "1.4(", "25X1", "RELEASE IN PART",
        "RELEASED IN PART",
    ),
    "UK": (
        "Freedom of Information Act 2000", "FOI Act 2000", "FOIA 2000", "Home Office", "Ministry of Defence",
        "Cabinet Office", "Foreign and Commonwealth", "Foreign & Commonwealth", "Public Records Act",
        "Whitehall", "Information Commissioner's Office", "HM Treasury", "HM Government", "HM Revenue",
        "Environmental Information Regulations",
    ),
    "CA": (
        "Access to Information Act", "ACCESS TO INFORMATION ACT", "\u00e0 l'information", "REVISE EN VERTU",
        "R\u00c9VIS\u00c9 EN VERTU", "ATIA", "ATIP", "Government of Canada", "Gouvernement du Canada",
        "Treasury Board of Canada", "Global Affairs Canada", "SUR L'ACC",
    ),
    "AU": (
        "Freedom of Information Act 1982", "FOI Act 1982", "Australian Government",
        "Commonwealth of Australia", "OAIC", "Canberra", "Australian Information Commissioner",
        "Department of Home Affairs", "s 47F", "s 47C", "s 47E", "s 47G", "s47F", "s47C", "s47E", "s47G",
    ),
    "NL": (
        "Wet open overheid", "Woo-", "(Woo)", " Woo ", "Wob-", "(Wob)", " Wob ", "Wet openbaarheid",
        "Ministerie van", "gedeeltelijk openbaar", "artikel 5.", "Tweede Kamer", "Rijksoverheid", "5.1.2e",
        "5.1.2.e", "5.1.1c", "5.1.2i",
    ),
    "EU": (
        "1049/2001", "GESTDEM", "European Commission", "Ares(20", "Council of the European Union",
    ),
}
_DUTCH = (" het ", " een ", " van ", " niet ", " voor ", " zijn ", " wordt ", " deze ", " naar ")
_ENOUGH_DUTCH = 12
_LOOKED_AT = 200_000
"""Characters of text that are looked at: letterheads, stamps and letters repeat."""

_country: ContextVar[str] = ContextVar("country", default="")


def of_text(parts: Iterable[str]) -> str:
    """The country (``US``, ``UK``, ``CA``, ``AU``, ``NL``, ``EU``) whose law the text names; empty when none
    does, or two as often."""
    count: Counter[str] = Counter()
    left = _LOOKED_AT
    dutch = 0
    for part in parts:
        text = part[:left]
        left -= len(text)
        for country, signs in _SIGNS.items():
            count[country] += sum(text.count(sign) for sign in signs)
        dutch += sum(text.count(word) for word in _DUTCH)
        if left <= 0:
            break
    if dutch >= _ENOUGH_DUTCH:
        count["NL"] += 2
    ranked = count.most_common(2)
    if not ranked or not ranked[0][1] or (len(ranked) > 1 and ranked[1][1] == ranked[0][1]):
        return ""
    return ranked[0][0]


@contextmanager
def decided(country: str) -> Iterator[None]:
    """Within this, code lists are read by the law of ``country``; empty: it is not known."""
    token = _country.set(country)
    try:
        yield
    finally:
        _country.reset(token)


def current() -> str:
    """The country decided for the document that is being read; empty when it is not known."""
    return _country.get()


_INDENT = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4}
_ORDINAL = {1: "1st", 2: "2nd", 3: "3rd", 4: "4th"}
_FORMS: dict[str, re.Pattern[str]] = {
    "UK": re.compile(
        r"(?:(?P<word>s(?:ec(?:tion)?)?s?\.?|§)\s?)?(?P<n>\d{2})(?P<rest>(?:\s?\(\w{1,4}\))*)(?![\d.])", re.I
    ),
    "CA": re.compile(
        r"(?:(?P<word>ss?\.|section|A\.|art\.|par\.|ATIA)\s?)?(?P<n>\d{2})(?:\.\d)?(?P<rest>(?:\s?\(\w{1,3}\))*)"
        r"(?![\d.])", re.I,
    ),
    "AU": re.compile(
        r"(?:(?P<word>s(?:ec(?:tion)?)?s?\.?)\s?)?(?P<n>\d{2}[A-J]?)"
        r"(?P<rest>(?:\s?\(\w{1,4}\))*)(?![\d.])", re.I,
    ),
    "NL": re.compile(
        r"(?:art(?:ikel)?\.?\s*)?(?:(?P<a>5\.1)\s?(?:[.(]|,?\s*lid)?\s*(?P<l>[125])\)?,?\s*"
        r"(?:(?:sub|onder|aanhef en onder)\s*|[.(]\s?)?(?P<s>[a-i])?\)?"
        r"|(?P<b>5\.2)\s?(?:[.(]|,?\s*lid)?\s*1\)?)(?![\w])", re.I,
    ),
    "EU": re.compile(
        r"Art(?:icle|\.)?\s?(?P<n>4\s?\([123]\)(?:\s?\([ab]\))?)"
        r"(?:[\s,–-]{1,4}(?P<indent>first|second|third|fourth|1st|2nd|3rd|4th)\s+indent)?", re.I,
    ),
}
_SCHEMES = {"UK": "UK-FOIA", "CA": "CA-ATIA", "AU": "AU-FOI", "NL": "NL-WOO", "EU": "EU-1049"}


def _key(country: str, match: re.Match[str]) -> str | None:
    if country == "NL":
        if match.group("b"):
            return "5.2.1"
        paragraph, letter = match.group("l"), (match.group("s") or "").lower()
        if (paragraph == "5") == bool(letter):
            return None  # "5.1.2" without its letter is a heading (trap 36)
        return f"5.1.{paragraph}{letter}"
    if country == "EU":
        number = re.sub(r"\s", "", match.group("n")).lower()
        indent = _INDENT.get((match.group("indent") or "").lower())
        return f"{number}_{_ORDINAL[indent]}_indent" if indent else number
    # A bare number is a code only with its subsection: "40(2)".
    return match.group("n").upper() if match.group("word") or match.group("rest") else None


def _row(country: str, key: str) -> ExemptionCode | None:
    wanted = f"{_SCHEMES[country]}:{key}"
    return next((code for code in all_codes() if code.code_id == wanted), None)


def read(text: str, provenance: Provenance) -> tuple[CodeReading, ...]:
    """The codes of the decided country in a code context; empty when none is decided or none stands there."""
    country = current()
    pattern = _FORMS.get(country)
    if pattern is None:
        return ()
    found: dict[str, CodeReading] = {}
    for match in pattern.finditer(text):
        if match.start() and (text[match.start() - 1].isalnum() or text[match.start() - 1] == "."):
            continue
        key = _key(country, match)
        row = _row(country, key) if key else None
        if row is not None:
            reading = CodeReading(row.canonical, match.group().strip(), provenance, 0.9)
            found.setdefault(row.canonical, reading)
    return tuple(found.values())
