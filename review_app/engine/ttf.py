"""Cuts a TrueType font down to the glyphs a document uses.

Glyph numbers stay as they are; unused outlines become empty. Table layout: OpenType specification 1.9,
"glyf", "loca", "hmtx". Only fonts with a ``glyf`` table are taken: the two that we embed have one.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from functools import cache

# What a PDF reader needs of an embedded CIDFontType2 (ISO 32000-1, 9.9).
_KEPT = (b"cvt ", b"fpgm", b"glyf", b"head", b"hhea", b"hmtx", b"loca", b"maxp", b"prep")

_ARGS_ARE_WORDS, _HAS_SCALE, _MORE, _HAS_XY_SCALE, _HAS_2X2 = 0x1, 0x8, 0x20, 0x40, 0x80


def tables(font: bytes) -> dict[bytes, bytes]:
    """The tables of a font by tag.

    Raises:
        struct.error: it is cut off.
    """
    return _read(font)


@cache
def _tables(font: bytes) -> dict[bytes, bytes]:
    return _read(font)


def _read(font: bytes) -> dict[bytes, bytes]:
    (count,) = struct.unpack_from(">H", font, 4)
    found: dict[bytes, bytes] = {}
    for i in range(count):
        tag, _, offset, length = struct.unpack_from(">4sLLL", font, 12 + 16 * i)
        found[tag] = font[offset : offset + length]
    return found


def _offsets(tables: dict[bytes, bytes]) -> tuple[int, ...]:
    (is_long,) = struct.unpack_from(">h", tables[b"head"], 50)
    loca = tables[b"loca"]
    if is_long:
        return struct.unpack(f">{len(loca) // 4}L", loca)
    return tuple(2 * v for v in struct.unpack(f">{len(loca) // 2}H", loca))


def _components(glyph: bytes) -> list[int]:
    if len(glyph) < 10 or struct.unpack_from(">h", glyph)[0] >= 0:
        return []
    found, at, flags = [], 10, _MORE
    while flags & _MORE:
        flags, part = struct.unpack_from(">HH", glyph, at)
        found.append(part)
        at += 8 if flags & _ARGS_ARE_WORDS else 6
        at += 2 if flags & _HAS_SCALE else 4 if flags & _HAS_XY_SCALE else 8 if flags & _HAS_2X2 else 0
    return found


def closure(font: bytes, glyphs: Iterable[int]) -> set[int]:
    """``glyphs`` with glyph 0 and all that they are composed of."""
    tables = _read(font)
    offsets = _offsets(tables)
    outlines = tables[b"glyf"]
    total = len(offsets) - 1
    wanted: set[int] = set()
    todo = [0, *glyphs]
    while todo:
        glyph = todo.pop()
        if glyph in wanted or not 0 <= glyph < total:
            continue
        wanted.add(glyph)
        todo.extend(_components(outlines[offsets[glyph] : offsets[glyph + 1]]))
    return wanted


def subset(font: bytes, glyphs: Iterable[int], more: Mapping[bytes, bytes] | None = None) -> bytes:
    """The font with only ``glyphs`` (and what they are composed of, and glyph 0) still having outlines.

    Glyphs behind the last used one are cut off; ``more`` are tables to add. Same input, same bytes.
    """
    tables = _read(font)
    offsets = _offsets(tables)
    outlines = tables[b"glyf"]
    wanted = closure(font, glyphs)
    count = max(wanted) + 1
    glyf = bytearray()
    loca = [0]
    for glyph in range(count):
        if glyph in wanted:
            glyf += outlines[offsets[glyph] : offsets[glyph + 1]]
            glyf += bytes(-len(glyf) % 4)
        loca.append(len(glyf))
    out = {tag: tables[tag] for tag in _KEPT if tag in tables}
    out[b"glyf"] = bytes(glyf)
    out[b"loca"] = struct.pack(f">{len(loca)}L", *loca)
    out[b"head"] = tables[b"head"][:50] + struct.pack(">h", 1) + tables[b"head"][52:]
    out[b"maxp"] = tables[b"maxp"][:4] + struct.pack(">H", count) + tables[b"maxp"][6:]
    (long_metrics,) = struct.unpack_from(">H", tables[b"hhea"], 34)
    kept_metrics = min(long_metrics, count)
    metrics = bytearray(tables[b"hmtx"][: 4 * kept_metrics] + tables[b"hmtx"][
        4 * long_metrics : 4 * long_metrics + 2 * (count - kept_metrics)
    ])
    widest = 0
    for glyph in range(count):
        # Makers of subsets give letters without use no width: one left over tells that its letter was there.
        if glyph < kept_metrics:
            if glyph not in wanted and glyph < kept_metrics - 1:
                metrics[4 * glyph : 4 * glyph + 4] = bytes(4)
            widest = max(widest, *struct.unpack_from(">H", metrics, 4 * glyph))
        elif glyph not in wanted:
            at = 4 * kept_metrics + 2 * (glyph - kept_metrics)
            metrics[at : at + 2] = bytes(2)
    out[b"hmtx"] = bytes(metrics)
    out[b"hhea"] = (
        tables[b"hhea"][:10] + struct.pack(">H", widest) + bytes(6)  # widest letter, bearings, extent
        + tables[b"hhea"][18:34] + struct.pack(">H", kept_metrics) + tables[b"hhea"][36:]
    )
    return _assemble({**out, **(more or {})})


def _assemble(tables: dict[bytes, bytes]) -> bytes:
    count = len(tables)
    power = 1 << (count.bit_length() - 1)
    head = struct.pack(">LHHHH", 0x00010000, count, power * 16, power.bit_length() - 1, (count - power) * 16)
    directory, body = bytearray(), bytearray()
    start = 12 + 16 * count
    for tag in sorted(tables):
        data = tables[tag]
        padded = data + bytes(-len(data) % 4)
        checksum = sum(struct.unpack(f">{len(padded) // 4}L", padded)) & 0xFFFFFFFF
        directory += struct.pack(">4sLLL", tag, checksum, start + len(body), len(data))
        body += padded
    return head + bytes(directory) + bytes(body)


def advances(font: bytes) -> tuple[int, tuple[int, ...]]:
    """Units per em, and the advance width of every glyph."""
    tables = _tables(font)
    (units,) = struct.unpack_from(">H", tables[b"head"], 18)
    (long_metrics,) = struct.unpack_from(">H", tables[b"hhea"], 34)
    values = list(struct.unpack_from(">" + "Hh" * long_metrics, tables[b"hmtx"])[::2])
    total = len(_offsets(tables)) - 1
    return units, tuple(values + [values[-1]] * (total - len(values)))
