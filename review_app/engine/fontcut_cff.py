"""Cuts a CFF program: charstrings, subroutines, glyph names and encoding of what is not shown are gone.

Glyph numbers stay; an unused glyph becomes an empty one with a name of ours. Layout: Adobe technical notes
5176 (CFF) and 5177 (Type 2 charstrings).
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from itertools import pairwise

from review_app.engine import ttf

_STANDARD = 391
_ENDCHAR, _RETURN = b"\x0e", b"\x0b"

# Top DICT operators that say how glyphs are drawn; names, notices and copyrights stay behind.
_TOP_KEPT = frozenset({(12, 7), 5, (12, 5), (12, 6), (12, 8)})
_CHARSET, _ENCODING, _CHARSTRINGS, _PRIVATE, _SUBRS = 15, 16, 17, 18, 19
_ROS, _CID_COUNT, _FD_ARRAY, _FD_SELECT = (12, 30), (12, 34), (12, 36), (12, 37)

Op = int | tuple[int, int]
Dict = dict[Op, tuple[bytes, list[float]]]


def cut(data: bytes, codes: Mapping[int, int], cids: set[int] | None) -> bytes:
    """The program with only some glyphs having outlines.

    Args:
        data: a bare CFF font, or an OpenType file that holds one; the result is bare.
        codes: for a simple font: shown codes and their glyph numbers.
        cids: for a composite font: the shown CIDs; None for a simple one.

    Raises:
        ValueError, LookupError, struct.error: it is damaged, or uses what we cannot follow.
    """
    if data[:4] == b"OTTO":
        data = ttf.tables(data)[b"CFF "]
    return _Cff(data).cut(codes, cids)


def _index(data: bytes, at: int) -> tuple[list[bytes], int]:
    (count,) = struct.unpack_from(">H", data, at)
    if not count:
        return [], at + 2
    size = data[at + 2]
    base = at + 3
    offsets = [int.from_bytes(data[base + i * size : base + (i + 1) * size], "big") for i in range(count + 1)]
    start = base + (count + 1) * size - 1
    if any(b < a for a, b in pairwise(offsets)) or start + offsets[-1] > len(data):
        raise ValueError("a damaged index")
    return [data[start + a : start + b] for a, b in pairwise(offsets)], start + offsets[-1]


def _index_of(items: list[bytes]) -> bytes:
    if not items:
        return b"\0\0"
    offsets, total = [1], 1
    for item in items:
        total += len(item)
        offsets.append(total)
    size = max(1, (total.bit_length() + 7) // 8)
    places = b"".join(o.to_bytes(size, "big") for o in offsets)
    return struct.pack(">HB", len(items), size) + places + b"".join(items)


def _dict(data: bytes) -> Dict:
    """Operator to its operands, raw and read."""
    found: Dict = {}
    values: list[float] = []
    start = at = 0
    while at < len(data):
        byte = data[at]
        if byte <= 21:
            operator: Op = byte
            raw = data[start:at]
            at += 1
            if byte == 12:
                operator = (12, data[at])
                at += 1
            found[operator] = (raw, values)
            values, start = [], at
        elif byte == 30:
            at += 1
            text = ""
            while True:
                for nibble in (data[at] >> 4, data[at] & 15):
                    if nibble < 15:
                        text += "0123456789.EE?-"[nibble] + ("-" if nibble == 12 else "")
                at += 1
                if data[at - 1] & 15 == 15 or data[at - 1] >> 4 == 15:
                    break
            values.append(float(text))
        elif byte == 28:
            values.append(struct.unpack_from(">h", data, at + 1)[0])
            at += 3
        elif byte == 29:
            values.append(struct.unpack_from(">l", data, at + 1)[0])
            at += 5
        elif byte <= 246:
            values.append(byte - 139)
            at += 1
        elif byte <= 250:
            values.append((byte - 247) * 256 + data[at + 1] + 108)
            at += 2
        else:
            values.append(-(byte - 251) * 256 - data[at + 1] - 108)
            at += 2
    return found


def _number(value: int) -> bytes:
    return b"\x1d" + struct.pack(">l", value)


def _operator(op: Op) -> bytes:
    return bytes([op]) if isinstance(op, int) else bytes(op)


class _Cff:
    def __init__(self, data: bytes) -> None:
        self.data = data
        _, at = _index(data, data[2])
        tops, at = _index(data, at)
        self.strings, at = _index(data, at)
        self.global_subrs, _ = _index(data, at)
        if len(tops) != 1:
            raise ValueError("more than one font")
        self.top = _dict(tops[0])
        self.glyphs, _ = _index(data, self._offset(_CHARSTRINGS))
        self.is_cid = _ROS in self.top
        if self.top.get((12, 6), (b"", [2]))[1] != [2]:
            raise ValueError("not Type 2 charstrings")
        if self.is_cid:
            fonts, _ = _index(data, self._offset(_FD_ARRAY))
            self.fonts = [_dict(f) for f in fonts]
            self.select = self._read_select()
        else:
            self.fonts = [self.top]
            self.select = [0] * len(self.glyphs)
        self.private = [self._read_private(f) for f in self.fonts]

    def _offset(self, op: Op) -> int:
        return int(self.top[op][1][0])

    def _read_private(self, font: Dict) -> tuple[Dict, list[bytes]]:
        if _PRIVATE not in font:
            return {}, []
        size, offset = (int(v) for v in font[_PRIVATE][1])
        private = _dict(self.data[offset : offset + size])
        subrs: list[bytes] = []
        if _SUBRS in private:
            subrs, _ = _index(self.data, offset + int(private[_SUBRS][1][0]))
        return private, subrs

    def _read_select(self) -> list[int]:
        at, count = self._offset(_FD_SELECT), len(self.glyphs)
        if self.data[at] == 0:
            return list(self.data[at + 1 : at + 1 + count])
        if self.data[at] != 3:
            raise ValueError("an unknown selection")
        (ranges,) = struct.unpack_from(">H", self.data, at + 1)
        found: list[int] = []
        for i in range(ranges):
            first, which, after = struct.unpack_from(">HBH", self.data, at + 3 + 3 * i)
            found += [which] * (after - first)
        return found

    def _read_charset(self) -> list[int]:
        count = len(self.glyphs)
        at = int(self.top.get(_CHARSET, (b"", [0]))[1][0])
        if at <= 2:
            if self.is_cid or at:
                raise ValueError("a predefined charset")
            return list(range(count))  # ISOAdobe: the standard strings in order
        kind, at = self.data[at], at + 1
        found = [0]
        while len(found) < count:
            (first,) = struct.unpack_from(">H", self.data, at)
            at += 2
            left = 0
            if kind:
                left = int.from_bytes(self.data[at : at + kind], "big")
                at += kind
            found += range(first, first + left + 1)
        return found[:count]

    # what stays -----------------------------------------------------------------------------------------

    def cut(self, codes: Mapping[int, int], cids: set[int] | None) -> bytes:
        charset = self._read_charset()
        if cids is None:
            kept = set(codes.values())
        elif self.is_cid:
            kept = {gid for gid, cid in enumerate(charset) if cid in cids}
        else:
            kept = set(cids)
        kept = {g for g in kept | {0} if g < len(self.glyphs)}
        used_global: set[int] = set()
        used_local: list[set[int]] = [set() for _ in self.fonts]
        for gid in kept:
            _Scan(self, self.select[gid], used_global, used_local[self.select[gid]]).run(self.glyphs[gid])
        glyphs = [g if i in kept else _ENDCHAR for i, g in enumerate(self.glyphs)]
        names, strings = self._names(charset, kept)
        return self._written(
            glyphs, names, strings, {c: g for c, g in codes.items() if g in kept},
            [s if i in used_global else _RETURN for i, s in enumerate(self.global_subrs)],
            [[s if i in used else _RETURN for i, s in enumerate(subrs)]
             for used, (_, subrs) in zip(used_local, self.private, strict=True)],
        )

    def _names(self, charset: list[int], kept: set[int]) -> tuple[list[int], list[bytes]]:
        """String numbers (CIDs in a CID-keyed font) of the glyphs, and the strings of our own."""
        if self.is_cid:
            free = iter(sorted(set(range(1, 65_536)) - {charset[g] for g in kept}, reverse=True))
            cids = [charset[g] if g in kept else next(free) for g in range(len(charset))]
            return cids, [b"Adobe", b"Identity"]
        strings: list[bytes] = []
        found = []
        for gid, sid in enumerate(charset):
            if gid in kept and sid < _STANDARD:
                found.append(sid)
                continue
            name = self.strings[sid - _STANDARD] if gid in kept else b"x%d" % gid
            strings.append(name)
            found.append(_STANDARD + len(strings) - 1)
        if found:
            found[0] = 0
        return found, strings

    def _written(
        self, glyphs: list[bytes], names: list[int], strings: list[bytes], codes: Mapping[int, int],
        global_subrs: list[bytes], subrs: list[list[bytes]],
    ) -> bytes:
        head = b"\x01\x00\x04\x04" + _index_of([b"F"])
        tail = _index_of(strings) + _index_of(global_subrs)
        size = len(head) + len(_index_of([self._top({})])) + len(tail)
        places: dict[Op, list[int]] = {}
        body = bytearray()

        def put(op: Op, part: bytes) -> None:
            places[op] = [size + len(body)]
            body.extend(part)

        put(_CHARSET, b"\0" + struct.pack(f">{len(names) - 1}H", *names[1:]))
        if not self.is_cid:
            extra = b"".join(struct.pack(">BH", c, names[g]) for c, g in sorted(codes.items()) if g)
            put(_ENCODING, b"\x80\0" + bytes([len(extra) // 3]) + extra)
        put(_CHARSTRINGS, _index_of(glyphs))
        privates = []
        for (private, _), local in zip(self.private, subrs, strict=True):
            entries = b"".join(raw + _operator(op) for op, (raw, _) in private.items() if op != _SUBRS)
            if local:
                entries += _number(len(entries) + 6) + bytes([_SUBRS])
            privates.append((len(entries), size + len(body)))
            body.extend(entries + (_index_of(local) if local else b""))
        if self.is_cid:
            put(_FD_SELECT, b"\0" + bytes(self.select))
            fonts = []
            for font, (length, at) in zip(self.fonts, privates, strict=True):
                matrix = font[(12, 7)][0] + b"\x0c\x07" if (12, 7) in font else b""
                fonts.append(matrix + _number(length) + _number(at) + bytes([_PRIVATE]))
            put(_FD_ARRAY, _index_of(fonts))
        else:
            places[_PRIVATE] = list(privates[0])
        top = _index_of([self._top(places)])
        if len(head) + len(top) + len(tail) != size:
            raise ValueError("the parts do not fit")
        return head + top + tail + bytes(body)

    def _top(self, places: Mapping[Op, list[int]]) -> bytes:
        out = b""
        if self.is_cid:
            out += _number(_STANDARD) + _number(_STANDARD + 1) + _number(0) + _operator(_ROS)
            out += _number(65_535) + _operator(_CID_COUNT)
        for op, (raw, _) in self.top.items():
            if op in _TOP_KEPT:
                out += raw + _operator(op)
        ops: list[Op] = [_CHARSET, _CHARSTRINGS]
        ops += [_FD_SELECT, _FD_ARRAY] if self.is_cid else [_ENCODING, _PRIVATE]
        for op in ops:
            values = places.get(op, [0, 0] if op == _PRIVATE else [0])
            out += b"".join(_number(v) for v in values) + _operator(op)
        return out


class _Scan:
    """Follows a charstring to the subroutines that it calls."""

    def __init__(self, font: _Cff, which: int, used_global: set[int], used_local: set[int]) -> None:
        self._global, self._local = font.global_subrs, font.private[which][1]
        self._used_global, self._used_local = used_global, used_local
        self._stack: list[float] = []
        self._stems = 0
        self._steps = 0

    def run(self, code: bytes, depth: int = 0) -> bool:
        """True once the glyph has ended."""
        if depth > 12:
            raise ValueError("nested too deep")
        at = 0
        while at < len(code):
            self._steps += 1
            if self._steps > 200_000:
                raise ValueError("too long")
            byte = code[at]
            at += 1
            if byte >= 32 or byte == 28:
                at = self._push(code, at, byte)
            elif byte in (10, 29):
                table, used = self._local, self._used_local
                if byte == 29:
                    table, used = self._global, self._used_global
                bias = 107 if len(table) < 1240 else 1131 if len(table) < 33_900 else 32_768
                number = int(self._stack.pop()) + bias
                if number < 0:
                    raise ValueError("no such subroutine")
                used.add(number)
                if self.run(table[number], depth + 1):
                    return True
            elif byte == 11:
                return False
            elif byte == 14:
                if len(self._stack) >= 4:
                    raise ValueError("an accent put together in an old way")
                return True
            elif byte in (1, 3, 18, 23, 19, 20):
                self._stems += len(self._stack) // 2
                self._stack.clear()
                if byte in (19, 20):
                    at += (self._stems + 7) // 8
            elif byte == 12:
                if code[at] not in (34, 35, 36, 37, 0):
                    raise ValueError("a charstring that computes")
                at += 1
                self._stack.clear()
            else:
                self._stack.clear()
        return False

    def _push(self, code: bytes, at: int, byte: int) -> int:
        if byte == 28:
            self._stack.append(struct.unpack_from(">h", code, at)[0])
            return at + 2
        if byte <= 246:
            self._stack.append(byte - 139)
            return at
        if byte <= 250:
            self._stack.append((byte - 247) * 256 + code[at] + 108)
            return at + 1
        if byte <= 254:
            self._stack.append(-(byte - 251) * 256 - code[at] - 108)
            return at + 1
        self._stack.append(struct.unpack_from(">l", code, at)[0] / 65_536)
        return at + 4
