"""Exemption codes and the schemes they belong to, read from ``resources/codes``."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from functools import cache

from review_app.domain.resources import resource_path
from review_app.domain.values import dataclass


@dataclass(frozen=True, slots=True)
class ExemptionCode:
    """One row of the code table. ``code_id`` is ``SCHEME:key``; ``context`` is ``strict`` or ``near``."""

    code_id: str
    regime: str
    kind: str
    canonical: str
    printed_forms: str
    regex: str
    context: str
    short_title: str
    classified_related: str
    verified: str
    note: str

    @property
    def scheme(self) -> str:
        """The scheme's short name, for example ``US-FOIA``."""
        return self.code_id.partition(":")[0]


@cache
def all_codes() -> tuple[ExemptionCode, ...]:
    """Every code of every scheme, in table order."""
    rows: list[ExemptionCode] = []
    for path in sorted(resource_path("codes").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows.extend(ExemptionCode(**row) for row in csv.DictReader(file))
    return tuple(rows)


def schemes() -> dict[str, str]:
    """Scheme short name to its regime in words, in table order."""
    found: dict[str, str] = {}
    for code in all_codes():
        found.setdefault(code.scheme, code.regime)
    return found


def find_code(text: str) -> ExemptionCode | None:
    """The code whose id or canonical or printed form equals ``text`` (case and blanks ignored).

    Where several schemes print the same, the first of the table.
    """
    return next(iter(codes_of(text)), None)


def codes_of(text: str) -> tuple[ExemptionCode, ...]:
    """Every code whose id or canonical or printed form equals ``text``, in table order."""
    return _by_form().get(_folded(text), ())


@cache
def _by_form() -> dict[str, tuple[ExemptionCode, ...]]:
    found: dict[str, tuple[ExemptionCode, ...]] = {}
    for code in all_codes():
        forms = {_folded(f) for f in (code.code_id, code.canonical, *code.printed_forms.split(";"))}
        for form in forms - {""}:
            found[form] = (*found.get(form, ()), code)
    return found


NEEDS_STATUTE = "(b)(3)"
"""The exemption that always names another law (domain reference 1.1)."""


def lacks_statute(codes: Iterable[str]) -> bool:
    """True where (b)(3) is cited and no law that it stands for: the canonical codes of one span."""
    found = [c for c in codes if c.startswith(NEEDS_STATUTE)]
    return found == [NEEDS_STATUTE]


def _folded(text: str) -> str:
    return "".join(text.split()).lower()
