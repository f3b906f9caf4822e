"""Letters and shapes of removed text that fonts still hold (redaction reference 0.9).

A font cut to the glyphs of a page tells which letters the removed words had. So what a font of the original
was used for, is used for no more, and is still listed or drawn in the output's font, is a leak; not in a font
that was embedded whole, of which nothing can be told.
"""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any

import pikepdf

from review_app.domain.values import dataclass
from review_app.domain.verification import Channel, Finding
from review_app.engine.verify_shown import FontMap, Shown, differences, other_streams, page_streams
from review_app.engine.verify_streams import PIKEPDF_ERRORS

_WHOLE = 0.5
"""A font of which a larger share was unused in the original was not cut to its text."""


@dataclass(slots=True)
class _Use:
    """All fonts of a file with one name: codes that text uses and that the fonts hold; ``more`` are shapes
    of their programs beyond one for each code that is used."""

    used: set[int] = field(default_factory=set)
    listed: dict[int, str] = field(default_factory=dict)
    more: int = 0
    where: str = ""

    @property
    def is_whole(self) -> bool:
        """True when most of what is listed was never used."""
        return len(set(self.listed) - self.used) > _WHOLE * len(self.listed)


def left_over(
    before: Callable[[], Any], after: Any, shown: Shown, removed: Mapping[str, set[str]]
) -> list[Finding]:
    """Fonts of ``after`` that still hold what only removed text used.

    Args:
        before: opens the original as a ``pikepdf.Pdf``; only called where a font holds more than it needs.
        after: the output as a ``pikepdf.Pdf``.
        shown: all text of the output was read through it.
        removed: the characters that were removed, by mark.
    """
    new = _uses(after, shown)
    if not any(set(use.listed) - use.used - {0, 32} or use.more for use in new.values()):
        return []
    original = before()
    try:
        old = _uses(original, _all_of(original))
    finally:
        original.close()
    found = []
    for name, use in new.items():
        was = old.get(name, _Use())
        if was.is_whole:
            continue
        unused = set(use.listed) - use.used - {0, 32}
        codes = {c for c in unused if c in was.used or c not in was.listed}
        texts = {use.listed[c] for c in codes} - {use.listed.get(c, "") for c in use.used}
        marks = [m for m, chars in removed.items() if any(t and set(t) & chars for t in texts)]
        for mark in marks:
            found.append(Finding(
                Channel.FONT, "a font still lists letters of removed words", mark=mark, where=use.where,
                count=sum(1 for t in texts if set(t) & removed[mark]),
            ))
        nameless = sum(1 for c in codes & was.used if not use.listed[c].strip("\ufffd"))
        shapes = use.more - was.more
        if not marks and (nameless or shapes > 0):
            found.append(Finding(
                Channel.FONT, "a font still holds shapes that only removed text used", where=use.where,
                count=max(nameless, shapes),
            ))
    return found


def _all_of(pdf: Any) -> Shown:
    shown = Shown(pdf)
    for data, resources in page_streams(pdf):
        shown.of(data, resources)
    for _, data, resources in other_streams(pdf):
        shown.of(data, resources)
    return shown


def _uses(pdf: Any, shown: Shown) -> dict[tuple[str, str], _Use]:
    found: dict[tuple[str, str], _Use] = defaultdict(_Use)
    programs: dict[tuple[int, int], tuple[_Use, int, set[int]]] = {}  # several fonts may share one
    for item in pdf.objects:
        try:
            if not isinstance(item, pikepdf.Dictionary) or item.get("/Type") != "/Font":
                continue
            kind = str(item.get("/Subtype"))
            if kind in ("/CIDFontType0", "/CIDFontType2"):
                continue
            name = str(item.get("/BaseFont", "")).rsplit("+", 1)[-1]
            use = found[kind, name]
            font = shown.map_of(item)
            use.used |= font.used
            use.listed |= _listed(item, font)
            use.where = use.where or f"object {item.objgen[0]}"
            program = _program(item)
            if program is not None:
                if program.objgen not in programs:
                    programs[program.objgen] = (use, _shapes(program), set())
                programs[program.objgen][2].update(font.used)
        except PIKEPDF_ERRORS:
            continue
    for use, shapes, codes in programs.values():
        use.more += max(0, shapes - len(codes))
    return found


def _listed(item: Any, font: FontMap) -> dict[int, str]:
    """Codes that the font describes, with their letters; an empty letter where it says none."""
    listed = dict(font.stated)
    if item.get("/Subtype") == "/Type3":
        procs = item.get("/CharProcs") or pikepdf.Dictionary()
        for code, name in differences(item).items():
            if "/" + name in procs:
                listed.setdefault(code, "")
        return listed
    if _program(item) is None:
        return listed
    if item.get("/Subtype") == "/Type0":
        for code in _cid_widths(item.DescendantFonts[0].get("/W")):
            listed.setdefault(code, "")
        return listed
    is_symbolic = int(item.FontDescriptor.get("/Flags", 0)) & 4 and item.get("/Encoding") is None
    first = int(item.get("/FirstChar", 0))
    for offset, width in enumerate(item.get("/Widths") or ()):
        if float(width) > 0:
            listed.setdefault(first + offset, "" if is_symbolic else font.text(first + offset))
    return listed


def _cid_widths(widths: Any) -> list[int]:
    """The codes that a /W array gives a width."""
    found: list[int] = []
    items = list(widths or ())
    at = 0
    while at + 1 < len(items):
        first = int(items[at])
        if isinstance(items[at + 1], pikepdf.Array):
            found += range(first, first + len(items[at + 1]))
            at += 2
        else:
            last = int(items[at + 1])
            if 0 <= last - first <= 1000:  # a longer run is a default for a whole script
                found += range(first, last + 1)
            at += 3
    return found


def _program(item: Any) -> Any:
    """The embedded font program, None where there is none."""
    inner = item.DescendantFonts[0] if item.get("/Subtype") == "/Type0" else item
    descriptor = inner.get("/FontDescriptor")
    if not isinstance(descriptor, pikepdf.Dictionary):
        return None
    for key in ("/FontFile2", "/FontFile3", "/FontFile"):
        program = descriptor.get(key)
        if isinstance(program, pikepdf.Stream):
            return program
    return None


def _shapes(program: Any) -> int:
    """Glyphs with an outline in a TrueType program, parts of composed ones and the first left out."""
    if program.get("/Subtype") is not None:
        return 0
    try:
        return count_outlines(program.read_bytes())
    except (struct.error, KeyError, IndexError):
        return 0  # no TrueType, or damaged: nothing can be counted


def count_outlines(font: bytes) -> int:
    """Glyphs with an outline of a TrueType font: not the first one, nor those that others are composed of.

    Raises:
        struct.error, KeyError: it is no such font.
    """
    (tables,) = struct.unpack_from(">H", font, 4)
    found: dict[bytes, tuple[int, int]] = {}
    for i in range(tables):
        tag, _, offset, length = struct.unpack_from(">4sLLL", font, 12 + 16 * i)
        found[tag] = (offset, length)
    (is_long,) = struct.unpack_from(">h", font, found[b"head"][0] + 50)
    start, size = found[b"loca"]
    count = size // (4 if is_long else 2)
    loca = struct.unpack_from(f">{count}{'L' if is_long else 'H'}", font, start)
    parts: set[int] = set()
    filled = 0
    for glyph in range(1, count - 1):
        if loca[glyph + 1] > loca[glyph]:
            filled += 1
            parts |= _parts_of(font, found[b"glyf"][0] + loca[glyph] * (1 if is_long else 2))
    return filled - len(parts)


def _parts_of(font: bytes, at: int) -> set[int]:
    """The glyphs that a composed glyph is made of (OpenType, "glyf")."""
    found: set[int] = set()
    if struct.unpack_from(">h", font, at)[0] >= 0:
        return found
    at += 10
    flags = 0x20
    while flags & 0x20 and len(found) < 100:
        flags, glyph = struct.unpack_from(">HH", font, at)
        found.add(glyph)
        scale = 2 if flags & 8 else 4 if flags & 0x40 else 8 if flags & 0x80 else 0
        at += 4 + (4 if flags & 1 else 2) + scale
    return found
