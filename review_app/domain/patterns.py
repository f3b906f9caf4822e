"""Patterns to search for: telephone numbers, accounts and the like, as data that an office can add to.

Expressions may come from strangers. They are compiled here, but what could take for ever is run in a child
process with a limit of time (``workers.seeking``); here only the patterns' own short examples are tried, and
those of the program's own files alone.
"""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from review_app.domain.resources import resource_path
from review_app.domain.values import dataclass

MAX_FILES, MAX_BYTES, MAX_EXPRESSION = 100, 256 * 1024, 2000


@dataclass(frozen=True, slots=True)
class Pattern:
    """Something to search for: ``check`` names a rule that a hit must keep, empty for none."""

    id: str
    name: str
    about: str
    expression: str
    check: str = ""
    examples: tuple[str, ...] = ()
    counter_examples: tuple[str, ...] = ()
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class BrokenPattern:
    """A pattern file that cannot be used: its name, and why."""

    file: str
    reason: str


def _digits(text: str) -> list[int]:
    return [int(c) for c in text if c in "0123456789"]


def _ssn(text: str) -> bool:
    """Areas 000, 666 and 900 to 999, group 00 and serial 0000 were never given out."""
    d = "".join(map(str, _digits(text)))
    return len(d) == 9 and d[:3] not in ("000", "666") and d[0] != "9" and d[3:5] != "00" and d[5:] != "0000"


def _iban(text: str) -> bool:
    """ISO 13616: the first four characters behind the others, letters as 10 to 35, remainder 1 of 97."""
    plain = "".join(text.split()).upper()
    if not 15 <= len(plain) <= 34 or not plain.isascii() or not plain.isalnum():
        return False
    return int("".join(str(int(c, 36)) for c in plain[4:] + plain[:4])) % 97 == 1


def _luhn(text: str) -> bool:
    """ISO/IEC 7812: every second figure from the right doubled, its figures added, remainder 0 of 10."""
    digits = _digits(text)
    doubled = (sum(divmod(2 * d, 10)) if n % 2 else d for n, d in enumerate(reversed(digits)))
    return 13 <= len(digits) <= 19 and len(set(digits)) > 1 and sum(doubled) % 10 == 0


def _eleven(text: str) -> bool:
    """The Dutch eleven-proof: weights 9 to 2 and -1, remainder 0 of 11."""
    digits = _digits(text)
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    if len(digits) != 9 or not any(digits):
        return False
    return sum(a * b for a, b in zip(digits, weights, strict=True)) % 11 == 0


CHECKS: dict[str, Callable[[str], bool]] = {"": lambda _: True, "ssn": _ssn, "iban": _iban, "luhn": _luhn,
                                            "eleven": _eleven}
"""Rules that hits can be held to, by name."""


def find(expression: re.Pattern[str], check: str, text: str, limit: int) -> list[tuple[int, int]]:
    """Where a pattern stands in a text: offsets of each hit, at most ``limit``. Empty hits are none."""
    found: list[tuple[int, int]] = []
    rule = CHECKS[check]
    group: int | str = "hit" if "hit" in expression.groupindex else 0
    for match in expression.finditer(text):
        start, end = match.span(group)
        if 0 <= start < end and rule(text[start:end]):
            found.append((start, end))
            if len(found) >= limit:
                break
    return found


def load(folders: Iterable[Path] = ()) -> tuple[list[Pattern], list[BrokenPattern]]:
    """The program's patterns and those of an office's folders, and the files that cannot be used."""
    patterns: dict[str, Pattern] = {}
    broken: list[BrokenPattern] = []
    for folder, is_own in ((resource_path("patterns"), False), *((Path(f), True) for f in folders)):
        for path in sorted(folder.glob("*.json"))[:MAX_FILES]:
            try:
                found = _read(path, is_own=is_own)
            except (OSError, ValueError, TypeError, LookupError, RecursionError, re.error) as error:
                said = str(error) if isinstance(error, (_Unusable, re.error)) else "it is no list of patterns"
                broken.append(BrokenPattern(path.name, said))
                continue
            patterns.update((p.id, p) for p in found)
    return list(patterns.values()), broken


class _Unusable(ValueError):
    """A pattern that cannot be used; the text says why."""


def _read(path: Path, *, is_own: bool) -> Sequence[Pattern]:
    state = path.stat()
    if not stat.S_ISREG(state.st_mode) or state.st_size > MAX_BYTES:
        raise _Unusable("it is no small file")
    values = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(values, list):
        raise _Unusable("it is no list of patterns")
    return [_pattern(value, is_own=is_own) for value in values]


def _pattern(value: object, *, is_own: bool) -> Pattern:
    if not isinstance(value, dict):
        raise _Unusable("it is no list of patterns")
    texts = {key: str(value.get(key) or "") for key in ("id", "name", "about", "expression", "check")}
    unknown = value.keys() - texts.keys() - {"examples", "counter_examples"}
    if unknown or not texts["id"] or not texts["name"] or not texts["expression"]:
        raise _Unusable("a pattern has an id, a name and an expression, and no other keys than are told")
    if texts["check"] not in CHECKS:
        raise _Unusable(f"there is no check {texts['check']!r}")
    if len(texts["expression"]) > MAX_EXPRESSION:
        raise _Unusable("an expression is too long")
    expression = re.compile(texts["expression"])
    examples, counter = (tuple(map(str, value.get(k) or ())) for k in ("examples", "counter_examples"))
    if not is_own and (
        not all(find(expression, texts["check"], e, 1) for e in examples)
        or any(find(expression, texts["check"], e, 1) for e in counter)
    ):
        raise _Unusable(f"the pattern {texts['id']} does not do what its examples say")
    return Pattern(**texts, examples=examples, counter_examples=counter, is_own=is_own)
