"""What an office brings of its own: reviewers' names it has confirmed, and stamp families in its folders."""

from __future__ import annotations

import json
import re
import stat
import string
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from review_app.detection import release
from review_app.detection.anchors import Finder
from review_app.detection.effort import MOST_WAYS, ways
from review_app.detection.families import MAX_LINE, TYPES, Family, FieldRule, families, read_family
from review_app.domain.display import shown
from review_app.domain.values import dataclass

MAX_FILES, MAX_BYTES = 200, 256 * 1024
"""A folder of stamps holds a few small files; more is some other folder."""
MAX_WITHIN = 1000
"""Characters. No stamp prints a value farther behind its words; the work of a pattern grows with it."""


_UNUSABLE = (
    OSError, ValueError, LookupError, ArithmeticError, TypeError, AttributeError, re.error, RecursionError,
)


@dataclass(frozen=True, slots=True)
class Office:
    """``names``: values of Review Authority that people confirmed. ``families``: read beside the built-in
    ones; one of the same name replaces ours."""

    names: tuple[str, ...] = ()
    families: tuple[Family, ...] = ()

    def all_families(self) -> tuple[Family, ...]:
        """The built-in families and the office's own, label pages first."""
        own = {family.name for family in self.families}
        merged = (*(f for f in families() if f.name not in own), *self.families)
        return tuple(sorted(merged, key=lambda f: not f.is_labels))


@dataclass(frozen=True, slots=True)
class Broken:
    """A stamp file that cannot be used: its name, and why, in words."""

    name: str
    reason: str


@lru_cache(maxsize=4)
def finder(known: tuple[Family, ...]) -> Finder:
    """One search for the fixed words of the release phrases and of these families."""
    return Finder((*release.anchors(), *(anchor for family in known for anchor in family.anchors)))


def load(folders: Sequence[Path]) -> tuple[tuple[Family, ...], tuple[Broken, ...]]:
    """The families in these folders, and the files that describe none. A folder that is not there is empty.

    Nothing is raised: one bad file must not keep the others from being used.
    """
    found: dict[str, Family] = {}
    broken: list[Broken] = []
    for folder in folders:
        try:
            paths = sorted(folder.glob("*.json"))
        except OSError as error:
            broken.append(Broken(shown(folder.name), f"the folder cannot be read ({error.strerror})"))
            continue
        for path in paths[:MAX_FILES]:
            try:
                family = _family(path)
            except _UNUSABLE as error:
                broken.append(Broken(shown(path.name), _why(error)))
                continue
            found[family.name] = family
        if len(paths) > MAX_FILES:
            broken.append(Broken(shown(paths[MAX_FILES].name), f"more than {MAX_FILES} files in its folder"))
    return tuple(found.values()), tuple(broken)


def _family(path: Path) -> Family:
    if not stat.S_ISREG(path.stat().st_mode):
        raise ValueError("it is no file")  # a pipe or a device may never end
    if path.stat().st_size > MAX_BYTES:
        raise ValueError(f"it is larger than {MAX_BYTES // 1024} kB")
    data = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(data, dict) or data.get("kind") not in ("stamp", "labels"):
        raise ValueError('its "kind" is neither "stamp" nor "labels"')
    _check_kinds(data)
    family = read_family(data)
    if not family.is_labels and not family.leads:
        raise ValueError('none of its anchors has "lead": true')
    names = {anchor.name for anchor in family.anchors}
    for rule in family.rules:
        asked = [*rule.after, *rule.lost_label_after, rule.before, rule.at, rule.else_at]
        _check_work(rule)
        missing = [name for name in asked if name and name not in names]
        if missing and not family.is_labels:
            raise ValueError(f"the field {rule.field} asks for a missing anchor: {missing[0][:40]}")
    return family


def _check_kinds(data: dict[str, Any]) -> None:
    """Words are words and rules are of a type that is read: what merely looks like a family fails later."""
    rules = data["labels" if data["kind"] == "labels" else "fields"]
    named: list[tuple[Any, tuple[str, ...]]] = [(data, ("family", "title", "agency"))]
    named += [(anchor, ("name", "text", "ends")) for anchor in data.get("anchors", ())]
    named += [(rule, ("type", "before", "at", "label", "value", "else_at", "else_value")) for rule in rules]
    named += [(pattern, ("pattern", "value")) for rule in rules for pattern in rule.get("patterns", ())]
    for part, keys in named:
        for key in keys:
            if not isinstance(part.get(key, ""), str):
                raise ValueError(f'its "{key}" is no text')
    for rule in rules:
        if rule["type"] not in TYPES:
            raise ValueError(f'there is no type "{rule["type"][:40]}"')


def _check_work(rule: FieldRule) -> None:
    """A pattern must come to an end in any text, and make its value of groups that it has."""
    within = max(rule.within, rule.lost_within, rule.starts_within or 0)
    if within > MAX_WITHIN:
        raise ValueError(f"the field {rule.field} looks farther than {MAX_WITHIN} characters")
    for pattern in rule.patterns:
        if ways(pattern.regex.pattern, max(within, MAX_LINE)) > MOST_WAYS:
            raise ValueError(f"a pattern of the field {rule.field} can be tried in too many ways")
        for _, group, form, how in string.Formatter().parse(pattern.value):
            if group is not None and (group not in pattern.regex.groupindex or form or how):
                raise ValueError(f'the "value" of the field {rule.field} asks for a missing group')


def _why(error: BaseException) -> str:
    if isinstance(error, KeyError):
        return f"the key {error} is missing"
    if isinstance(error, json.JSONDecodeError):
        return f"it is not JSON (line {error.lineno})"
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8 text"
    if isinstance(error, re.error):
        return f"a pattern is no regular expression ({error.msg})"
    if isinstance(error, OSError):
        return f"it cannot be read ({error.strerror})"
    if isinstance(error, ValueError):
        return str(error)
    return f"it does not describe a stamp ({type(error).__name__})"
