"""Stamp families as data: ``resources/stamps/*.json``, which an office can extend.

A file of kind ``stamp`` names the fixed words of a stamp (*anchors*) and says which field stands behind,
before or at which of them. A file of kind ``labels`` describes a page of ``label: value`` lines under a
heading. See ``resources/stamps/README.md``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from review_app.detection.anchors import Anchor
from review_app.detection.dates import DIGIT
from review_app.domain.display import shown
from review_app.domain.errors import EnvironmentProblem
from review_app.domain.resources import resource_path
from review_app.domain.values import dataclass
from review_app.domain.vocabulary import Field

SPECKS = ".,'`_^*\"-"
"""Signs that dirt leaves between the figures of a number."""
MAX_LINE = 200
"""Characters of a line of a label page that are looked at for an identifier."""
TYPES = frozenset((
    "codes", "date", "fixed", "level", "listed", "name", "name_before", "pattern", "phrase", "printed",
    "text", "ticked",
))
"""The types a field may have; what they mean stands in ``resources/stamps/README.md``."""
_D = re.compile(r"\{d(?::(\d+(?:,\d+)?))?\}")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression of an identifier and how its value is built from the named groups.

    ``worn`` is the same with specks allowed between its figures.
    """

    regex: re.Pattern[str]
    worn: re.Pattern[str]
    value: str
    digits: tuple[str, ...]
    factor: float


@dataclass(frozen=True, slots=True)
class FieldRule:
    """Where a field stands relative to anchors, and how it is read."""

    field: Field
    type: str
    after: tuple[str, ...] = ()
    before: str = ""
    at: str = ""
    label: str = ""
    value: str = ""
    within: int = 60
    starts_within: int | None = None
    words: tuple[int, int] = (1, 6)
    patterns: tuple[Pattern, ...] = ()
    lost_label_after: tuple[str, ...] = ()
    lost_within: int = 0
    else_at: str = ""
    else_value: str = ""
    fallback: bool = False
    forms: tuple[str, ...] = ()
    full_year: bool = False
    padded: bool = False
    slot: str = ""
    ticks: str = ""
    options: tuple[tuple[str, str], ...] = ()
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Family:
    """One kind of stamp. ``reach``: most characters (white space collapsed) from one anchor to the next."""

    name: str
    title: str
    agency: str
    era: tuple[int, int]
    is_labels: bool
    heading: str
    reach: int
    least: int
    leads: frozenset[str]
    before: frozenset[str]
    rules: tuple[FieldRule, ...]
    anchors: tuple[Anchor, ...]
    columns: bool = False


def _pattern(data: Mapping[str, Any]) -> Pattern:
    def digits(match: re.Match[str], between: str = "") -> str:
        count = match.group(1)
        if not count:
            return DIGIT
        return f"{DIGIT}{{{count}}}" if not between else f"(?:{DIGIT}{between}){{{count}}}"

    speck = f"[{re.escape(SPECKS)}]?"
    return Pattern(
        re.compile(_D.sub(digits, data["pattern"])),
        re.compile(_D.sub(lambda m: digits(m, speck), data["pattern"])),
        data["value"],
        tuple(data.get("digits", ())),
        float(data.get("factor", 1.0)),
    )


def _rule(data: Mapping[str, Any]) -> FieldRule:
    after = data.get("after", ())
    words = data.get("words", (1, 6))
    lost = data.get("lost_label_after", ())
    return FieldRule(
        field=Field(data["field"]),
        type=data["type"],
        after=(after,) if isinstance(after, str) else tuple(after),
        before=data.get("before", ""),
        at=data.get("at", ""),
        label=data.get("label", ""),
        value=data.get("value", ""),
        within=int(data.get("within", 60)),
        starts_within=data.get("starts_within"),
        words=(int(words[0]), int(words[1])),
        patterns=tuple(_pattern(p) for p in data.get("patterns", ())),
        lost_label_after=(lost,) if isinstance(lost, str) else tuple(lost),
        lost_within=int(data.get("lost_within", 0)),
        else_at=data.get("else_at", ""),
        else_value=data.get("else_value", ""),
        fallback=bool(data.get("fallback", False)),
        forms=tuple(data.get("forms", ())),
        full_year=bool(data.get("full_year", False)),
        padded=bool(data.get("padded", False)),
        slot=str(data.get("slot", "")),
        ticks=str(data.get("ticks", "")),
        options=tuple((str(o["text"]), str(o["value"])) for o in data.get("options", ())),
        values=tuple((str(k), str(v)) for k, v in dict(data.get("values", {})).items()),
    )


def read_family(data: Mapping[str, Any]) -> Family:
    """A family from its data.

    Raises:
        KeyError, ValueError, re.error: the data does not describe one.
    """
    is_labels = data["kind"] == "labels"
    heading = data.get("heading", "") if not is_labels else data["heading"]
    headings = (heading,) if isinstance(heading, str) else tuple(heading)
    listed = data["anchors"] if not is_labels else [
        {"name": "heading", "text": text, "ratio": float(data.get("ratio", 88))} for text in headings
    ]
    anchors = tuple(
        Anchor(
            a["name"], a["text"], float(a.get("ratio", 80)), data["family"], str(a.get("ends", "")),
            bool(a.get("scattered", False)),
        )
        for a in listed
    )
    era = data.get("era", (0, 9999))
    return Family(
        name=data["family"],
        title=data.get("title", ""),
        agency=data.get("agency", ""),
        era=(int(era[0]), int(era[1])),
        is_labels=is_labels,
        heading=headings[0],
        reach=int(data.get("reach", 150)),
        least=int(data.get("least", 1)),
        leads=frozenset(a["name"] for a in listed if a.get("lead")),
        before=frozenset(a["name"] for a in listed if a.get("before")),
        rules=tuple(_rule(r) for r in data["labels" if is_labels else "fields"]),
        anchors=anchors,
        columns=bool(data.get("columns", False)),
    )


def load(folder: Path) -> tuple[Family, ...]:
    """The families of a folder, those of label pages first (what they hold is no stamp).

    Raises:
        EnvironmentProblem: a file cannot be read or does not describe a family.
    """
    found = []
    for path in sorted(folder.glob("*.json")):
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            if data.get("kind") in ("stamp", "labels"):
                found.append(read_family(data))
        except (OSError, ValueError, KeyError, TypeError, AttributeError, re.error) as error:
            raise EnvironmentProblem(
                f"The stamp file {shown(path.name)} cannot be used",
                why=f"it does not describe a stamp ({type(error).__name__})",
                todo="Mend it after resources/stamps/README.md, or take it out of the folder",
            ) from error
    return tuple(sorted(found, key=lambda f: not f.is_labels))


@cache
def families() -> tuple[Family, ...]:
    """The families of ``resources/stamps``.

    Raises:
        EnvironmentProblem: as :func:`load`.
    """
    return load(resource_path("stamps"))
