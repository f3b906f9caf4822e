"""Text operators as they stay: strings without the glyphs that went, and lines that were laid anew.

A line that is laid anew must not say where it stood. The positions and the spacing that a stream gives tell
that to the last digit, so a text object with such a line is written without any of its own: each string gets
a matrix, and the spaces of the text state are set to nothing where a line was laid. On pages with such lines
spacing is written only where a string needs it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field

from review_app.domain.values import dataclass
from review_app.engine.geometry import Matrix
from review_app.engine.glyphcut import Glyph
from review_app.engine.gstate import IDENTITY
from review_app.engine.operators import number
from review_app.engine.stretches import advance, along, size

Spaces = tuple[float, float, float, bytes]
"""Character spacing, word spacing, horizontal scale as a factor; font and size as written, empty where they
were set in another way."""

PLAIN: Spaces = (0.0, 0.0, 1.0, b"")

_STATE = frozenset(
    b"cm w J j M d ri i gs g G rg RG k K cs CS sc scn SC SCN re m l c v y h W W* n q BT ET Tr TL Ts Td TD Tm "
    b"T* Tf Tc Tw Tz".split()
)
"""Operators that paint nothing."""


@dataclass(eq=False)
class TextObject:
    """What lies between ``BT`` and ``ET``; ``strings`` shown in it."""

    strings: list[Shown] = field(default_factory=list)

    @property
    def is_laid(self) -> bool:
        """True when one of its strings is laid anew: then none of its own positions are written."""
        return any(s.is_laid for s in self.strings)

    @property
    def is_empty(self) -> bool:
        """True when it showed something and shows nothing any more."""
        return bool(self.strings) and all(s.is_empty for s in self.strings)


@dataclass(eq=False)
class Bound:
    """``BT`` or ``ET``: left out where nothing is left between them. How many there were tells letters."""

    owner: TextObject
    raw: bytes
    changed: bool = False

    def written(self) -> bytes:
        """The operator as it stays."""
        return b"" if self.owner.is_empty else self.raw


@dataclass(eq=False)
class Placing:
    """``Td TD Tm T*``: written unless its text object is laid anew. ``instead`` is what stays of it then."""

    owner: TextObject
    raw: bytes
    instead: bytes = b""

    @property
    def changed(self) -> bool:
        """True when it is left out."""
        return self.owner.is_laid or self.owner.is_empty

    def written(self) -> bytes:
        """The operator as it stays."""
        return self.instead if self.changed else self.raw


@dataclass(eq=False)
class Spacing:
    """What text that follows is drawn with: ``Tc Tw Tz Tf``, or the state in which a form is drawn."""

    spaces: Spaces
    is_needed: bool = False
    changed: bool = False


@dataclass(eq=False)
class Shown:
    """One text-showing operator: bytes kept, numbers, and glyphs in question.

    Attributes:
        before: operators that come with it (``'`` and ``"``).
        items: what it shows; None when no glyph is in question.
        raw: the operator as it was.
        owner: its text object, on a page whose lines may be laid anew.
        matrix: the text matrix at its start.
        spaces: the spaces it is shown with.
        elements: what it shows, as strings and numbers.
    """

    before: bytes
    items: list[bytes | float | Glyph] | None
    raw: bytes
    owner: TextObject | None = None
    matrix: Matrix = IDENTITY
    spaces: Spaces = PLAIN
    elements: list[bytes | float] = field(default_factory=list)

    @property
    def is_laid(self) -> bool:
        """True when a glyph of it is laid anew."""
        return any(isinstance(item, Glyph) and item.laid is not None for item in self.items or ())

    @property
    def is_empty(self) -> bool:
        """True when nothing of it stays."""
        return bool(self.items) and all(
            isinstance(i, float) or (isinstance(i, Glyph) and i.gone) for i in self.items or ()
        )

    @property
    def changed(self) -> bool:
        """True once a glyph of it is decided to go, or its line is laid anew."""
        if any(isinstance(item, Glyph) and item.gone for item in self.items or ()):
            return True
        return self.owner is not None and self.owner.is_laid

    @property
    def needs(self) -> Spaces:
        """The spaces with which it must be shown as it is written."""
        return (0.0, 0.0, *self.spaces[2:]) if self.is_laid else self.spaces

    def written(self, *, is_last: bool = False) -> bytes:
        """The operator as it stays.

        Args:
            is_last: nothing follows that stands where this one ends: the way to there, which tells the width
                of what went at the end, is left out.
        """
        if not self.changed:
            return self.raw
        if self.is_laid:
            return self._laid()
        if self.is_empty and self.owner is not None and (is_last or self.owner.is_laid):
            return b""
        array = _array(self.elements if self.items is None else self.items, is_last=is_last)
        if self.owner is not None and self.owner.is_laid:
            return b" ".join([_matrix(self.matrix), array])
        return b" ".join([part for part in (self.before, array) if part])

    def _laid(self) -> bytes:
        """The glyphs that stay, each where it is to stand: nothing in it says where it stood."""
        kept = [i for i in self.items or () if isinstance(i, Glyph) and not i.gone and size(i)]
        if not kept:
            return b""
        first = kept[0]
        step = (_stand(first) - along(first)) / size(first) * first.unit
        a, b, c, d, e, f = first.matrix
        out: list[bytes | float] = []
        for i, glyph in enumerate(kept):
            out.append(glyph.code)
            if i + 1 < len(kept):
                wanted = _stand(kept[i + 1]) - _stand(glyph)
                own = advance(glyph) - glyph.extra * size(glyph)
                rest = (own - wanted) / size(glyph) * 1000
                if abs(rest) > 0.01:  # a thousandth of a hundredth of an em
                    out.append(round(rest, 2))
        # The last digits are noise of the sums that led there: they would differ with what was removed.
        return b" ".join([_matrix((a, b, c, d, round(e + step * a, 4), round(f + step * b, 4))), _array(out)])


def _stand(glyph: Glyph) -> float:
    return along(glyph) if glyph.laid is None else glyph.laid


def _matrix(m: Matrix) -> bytes:
    return b" ".join(number(v) for v in m) + b" Tm"


def ends_here(items: Sequence[object], at: int) -> bool:
    """True when no text follows that stands where the string at a place of a stream ends."""
    for i in range(at + 1, len(items)):
        item = items[i]
        if isinstance(item, Placing):
            return True
        if isinstance(item, Shown):
            return bool(item.before) or (item.owner is not None and item.owner.is_laid)
        if isinstance(item, Bound):
            return True
        if isinstance(item, bytes):
            if item == b"ET" or item.endswith((b" Td", b" TD", b" Tm", b"T*", b"'", b'"')):
                return True
            if item.endswith((b"Tj", b"TJ")):
                return False
    return True


def _array(
    items: list[bytes | float] | list[bytes | float | Glyph], *, is_last: bool = False
) -> bytes:
    out = [b"["]
    run, shift = bytearray(), 0.0

    def flush() -> None:
        if run:
            out.append(b"<" + bytes(run).hex().encode("ascii") + b">")
            run.clear()

    for item in items:
        if isinstance(item, float) or (isinstance(item, Glyph) and item.gone):
            flush()
            shift += item if isinstance(item, float) else item.shift
            continue
        if shift:
            out.append(number(shift))
            shift = 0.0
        run += item.code if isinstance(item, Glyph) else item
    flush()
    if shift and not is_last:
        out.append(number(shift))
    return b" ".join([*out, b"] TJ"])


class Writer:
    """Writes items of a stream in order; knows what is set where.

    Args:
        spaces: what text is drawn with at the start of the stream.
        is_sparing: between ``q`` and ``Q`` that paint nothing any more, nothing is written: where something
            was drawn, clipped or moved to tells its width as well.
    """

    def __init__(self, spaces: Spaces, *, is_sparing: bool = False) -> None:
        self._set = spaces
        self._saved: list[tuple[Spaces, int]] = []
        self._is_sparing = is_sparing
        self._painted = 0  # parts of the stream that painted something, up to here
        self.parts: list[bytes] = []

    def add(self, part: bytes, *, paints: bool = True) -> None:
        """Writes a part."""
        if part:
            self.parts.append(part)
            if paints:
                self._painted = len(self.parts)

    def plain(self, item: bytes) -> None:
        """An operator as it was. ``q`` and ``Q`` save and bring back what is set."""
        if item == b"q":
            self._saved.append((self._set, len(self.parts)))
        elif item == b"Q" and self._saved:
            self._set, start = self._saved.pop()
            if self._is_sparing and self._painted <= start:
                del self.parts[start:]
                return
        self.add(item, paints=item.rsplit(None, 1)[-1] not in _STATE and item != b"Q" if item else False)

    def needs(self, wanted: Spaces) -> None:
        """Sets what text is to be drawn with, where it is not set yet."""
        names = (b"Tc", b"Tw", b"Tz")
        for name, value, there in zip(names, wanted[:3], self._set[:3], strict=True):
            if value != there:
                self.add(number(value * (100 if name == b"Tz" else 1)) + b" " + name, paints=False)
        if wanted[3] and wanted[3] != self._set[3]:
            self.add(wanted[3] + b" Tf", paints=False)
        self._set = wanted
