"""Which lists an attacker would try for a removed text: a template with slots, and a dictionary of names.

The dictionary is short and our own (``resources/names``): it shows how much a gap gives away, it does not
have to hold the name that was removed.
"""

from __future__ import annotations

import re
from functools import cache

from review_app.domain.guessing import Kind
from review_app.domain.resources import resource_path
from review_app.domain.values import dataclass

MAX_PARTS = 4
"""Names of more parts are passages; so are texts of more words."""

MAX_LETTERS = 60

_PART = re.compile(r"[^\W\d_]+(?:['\u2019\-][^\W\d_]+)*|\d+|\s+|.", re.DOTALL)
_TITLE_WORDS = """
    mr mrs ms miss dr prof sir dame lord lady rev hon gen col maj capt lt sgt sen rep amb jr sr phd md esq
    heer mevrouw mw dhr drs ir
    """
_PARTICLE_WORDS = """
    van de der den het ten ter von zu zur bin ibn al el la le du da dos di del della of y e ap
    """
_TITLES, _PARTICLES = frozenset(_TITLE_WORDS.split()), frozenset(_PARTICLE_WORDS.split())
_SMOOTH = 8.0
"""The n-th entry of a list is taken to be as frequent as 1 / (n + 8): near to real counts of names."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A part of a text for which entries of a list can stand: ``last``, ``first``, ``either``, ``initial``,
    ``digit``; the true part itself; whether it is in capitals."""

    list: str
    true: str
    is_upper: bool = False


@dataclass(frozen=True, slots=True)
class Template:
    """A removed text as an attacker would take it to be: fixed text and slots in turn."""

    kind: Kind
    parts: tuple[str | Slot, ...]

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The slots alone."""
        return tuple(p for p in self.parts if isinstance(p, Slot))

    @property
    def core(self) -> str:
        """From the first slot to the last, as it really is; all of the text where there is no slot."""
        inner = list(self.parts)
        while inner and not isinstance(inner[0], Slot):
            inner.pop(0)
        while inner and not isinstance(inner[-1], Slot):
            inner.pop()
        return "".join(p.true if isinstance(p, Slot) else p for p in inner or self.parts)


def template(text: str) -> Template:
    """The template of a removed text (one stretch of one line)."""
    text = " ".join(text.split())
    pieces = _PART.findall(text)
    words = [p for p in pieces if p[0].isalpha()]
    digits = [p for p in pieces if p.isdigit()]
    if not words and not digits:
        return Template(Kind.NONE if not text else Kind.WORD, (text,) if text else ())
    if len(words) + len(digits) > MAX_PARTS or len(text) > MAX_LETTERS:
        return Template(Kind.PASSAGE, (text,))
    if not words:
        parts: list[str | Slot] = []
        for piece in pieces:
            parts += [Slot("digit", c) for c in piece] if piece.isdigit() else [piece]
        return Template(Kind.NUMBER, tuple(parts))
    if not all(_is_name(w) or w.lower() in _PARTICLES | _TITLES for w in words):
        return Template(Kind.WORD, (text,))
    return Template(Kind.NAME, tuple(_name_parts(pieces)))


def _is_name(word: str) -> bool:
    return word[0].isupper()


def _name_parts(pieces: list[str]) -> list[str | Slot]:
    places = [
        i for i, p in enumerate(pieces)
        if p[0].isalpha() and _is_name(p) and p.lower() not in _TITLES and p.lower() not in _PARTICLES
    ]
    full = [i for i in places if len(pieces[i]) > 1]
    is_turned = len(full) > 1 and "," in pieces[full[0] : full[1]]
    parts: list[str | Slot] = list(pieces)
    for i in places:
        word = pieces[i]
        if len(word) == 1:
            parts[i] = Slot("initial", word, True)
        elif len(full) == 1:
            parts[i] = Slot("either", word, word.isupper())
        else:
            last = full[0] if is_turned else full[-1]
            parts[i] = Slot("last" if i == last else "first", word, word.isupper())
    return parts


@cache
def entries(name: str) -> tuple[tuple[str, float], ...]:
    """The entries of a list, each with its weight.

    Raises:
        KeyError: there is no such list.
    """
    if name == "digit":
        return tuple((d, 1.0) for d in "0123456789")
    if name == "initial":
        return tuple((c, 1.0) for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    files = {"last": ("surnames",), "first": ("first_names",), "either": ("surnames", "first_names")}[name]
    found: dict[str, float] = {}
    for file in files:
        lines = resource_path("names", f"{file}.txt").read_text(encoding="utf-8").splitlines()
        listed = dict.fromkeys(w for line in lines if not line.startswith("#") for w in line.split())
        for place, word in enumerate(listed, start=1):
            found[word] = max(found.get(word, 0.0), 1.0 / (place + _SMOOTH))
    return tuple(found.items())


def spelled(known: str) -> set[str]:
    """The forms in which a person of a list may be meant: the whole entry and each of its words."""
    whole = " ".join(known.split())
    words = [w.strip(".,;:()") for w in whole.split(" ")]
    return {w for w in (whole, *words) if len(w) > 1 and w.lower() not in _TITLES | _PARTICLES}
