"""Cuts a TrueType program: outlines, character maps and glyph names of what is not shown are gone."""

from __future__ import annotations

import struct
from collections.abc import Iterable

from review_app.engine import ttf


def cut(font: bytes, glyphs: Iterable[int], *, simple: bool) -> bytes:
    """The font with only ``glyphs`` having outlines.

    Args:
        font: the program.
        glyphs: glyph numbers that are shown.
        simple: the font is found by codes or names (a simple font), so character map and names are needed,
            cut down to the same glyphs.

    Raises:
        ValueError, struct.error, LookupError: the program is damaged.
    """
    kept = ttf.closure(font, glyphs)
    if not simple:
        return ttf.subset(font, kept)
    tables = ttf.tables(font)
    more: dict[bytes, bytes] = {}
    if b"cmap" in tables:
        more[b"cmap"] = _cmap(tables[b"cmap"], kept)
    names = _names(tables.get(b"post", b""))
    if names:
        more[b"post"] = _post(tables[b"post"], names, kept, max(kept) + 1)
    return ttf.subset(font, kept, more)


def _cmap(table: bytes, kept: set[int]) -> bytes:
    _, count = struct.unpack_from(">HH", table)
    parts: list[tuple[int, int, bytes]] = []
    for i in range(count):
        platform, encoding, offset = struct.unpack_from(">HHL", table, 4 + 8 * i)
        found = {c: g for c, g in _entries(table[offset:]).items() if g in kept and g}
        if platform == 1:
            body = _format6({c: g for c, g in found.items() if c < 256})
        else:
            body = _format4({c: g for c, g in found.items() if c < 0xFFFF})
        parts.append((platform, encoding, body))
    head = struct.pack(">HH", 0, len(parts))
    at = 4 + 8 * len(parts)
    bodies = b""
    for platform, encoding, body in parts:
        head += struct.pack(">HHL", platform, encoding, at + len(bodies))
        bodies += body
    return head + bodies


def _entries(sub: bytes) -> dict[int, int]:
    """Code to glyph of one subtable; formats that PDF readers use."""
    (kind,) = struct.unpack_from(">H", sub)
    found: dict[int, int] = {}
    if kind == 0:
        return dict(enumerate(sub[6:262]))
    if kind == 4:
        (double,) = struct.unpack_from(">H", sub, 6)
        count = double // 2
        ends = struct.unpack_from(f">{count}H", sub, 14)
        starts = struct.unpack_from(f">{count}H", sub, 16 + double)
        deltas = struct.unpack_from(f">{count}H", sub, 16 + 2 * double)
        base = 16 + 3 * double
        offsets = struct.unpack_from(f">{count}H", sub, base)
        for i in range(count):
            for code in range(starts[i], min(ends[i], 0xFFFE) + 1):
                glyph = code
                if offsets[i]:
                    at = base + 2 * i + offsets[i] + 2 * (code - starts[i])
                    if at + 2 > len(sub):
                        continue
                    (glyph,) = struct.unpack_from(">H", sub, at)
                    if not glyph:
                        continue
                found[code] = (glyph + deltas[i]) & 0xFFFF
        return found
    if kind == 6:
        first, count = struct.unpack_from(">HH", sub, 6)
        return {first + i: g for i, g in enumerate(struct.unpack_from(f">{count}H", sub, 10))}
    if kind == 12:
        (groups,) = struct.unpack_from(">L", sub, 12)
        for i in range(min(groups, 20_000)):
            start, end, glyph = struct.unpack_from(">LLL", sub, 16 + 12 * i)
            for code in range(start, min(end, start + 0xFFFF) + 1):
                found[code] = glyph + code - start
        return found
    raise ValueError("an unknown character map")


def _format6(entries: dict[int, int]) -> bytes:
    if not entries:
        return struct.pack(">HHHHH", 6, 10, 0, 0, 0)
    first, last = min(entries), max(entries)
    glyphs = [entries.get(c, 0) for c in range(first, last + 1)]
    return struct.pack(f">HHHHH{len(glyphs)}H", 6, 10 + 2 * len(glyphs), 0, first, len(glyphs), *glyphs)


def _format4(entries: dict[int, int]) -> bytes:
    codes = sorted(entries)
    count = len(codes) + 1
    power = 1 << (count.bit_length() - 1)
    ends = [*codes, 0xFFFF]
    deltas = [(entries[c] - c) & 0xFFFF for c in codes] + [1]
    body = struct.pack(
        f">HHHH{count}HH{count}H{count}H{count}H", 2 * count, 2 * power, power.bit_length() - 1,
        2 * (count - power), *ends, 0, *ends, *deltas, *([0] * count),
    )
    return struct.pack(">HHH", 4, 6 + len(body), 0) + body


def _names(post: bytes) -> list[tuple[int, bytes]]:
    """For each glyph its standard number, or its own name, from a format 2 table."""
    if len(post) < 34 or post[:4] != b"\0\2\0\0":
        return []
    (count,) = struct.unpack_from(">H", post, 32)
    indices = struct.unpack_from(f">{count}H", post, 34)
    own, at = [], 34 + 2 * count
    while at < len(post):
        own.append(post[at + 1 : at + 1 + post[at]])
        at += 1 + post[at]
    return [(i, b"") if i < 258 else (-1, own[i - 258] if i - 258 < len(own) else b"") for i in indices]


def _post(post: bytes, names: list[tuple[int, bytes]], kept: set[int], count: int) -> bytes:
    indices, own = [], b""
    number = 258
    for glyph in range(count):
        standard, name = names[glyph] if glyph < len(names) and glyph in kept else (0, b"")
        if standard >= 0:
            indices.append(standard)
        else:
            indices.append(number)
            number += 1
            own += bytes([len(name)]) + name
    return post[:32] + struct.pack(f">H{count}H", count, *indices) + own
