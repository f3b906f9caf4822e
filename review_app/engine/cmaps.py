"""CMaps inside a PDF: which bytes are one code, which CID it is, which characters it stands for.

Only the operators that PDF allows in a CMap are read (Adobe technical notes 5014 and 5411); anything else in
it is passed over, as readers do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field

import pymupdf

from review_app.domain.values import dataclass
from review_app.engine.mupdf import MUPDF_ERRORS
from review_app.engine.operators import Operand, Unsure, read, string

_MAX_RANGE = 65_536


@dataclass
class CMap:
    """``spaces`` are lowest and highest codes; ``cids`` ranges (bytes, first, last, cid); ``chars`` texts."""

    spaces: list[tuple[bytes, bytes]] = field(default_factory=list)
    cids: list[tuple[int, int, int, int]] = field(default_factory=list)
    chars: dict[bytes, str] = field(default_factory=dict)
    vertical: bool = False
    uses_other: bool = False

    def split(self, data: bytes) -> list[bytes]:
        """A string cut into codes by the code spaces; bytes that fit none are taken as the shortest code."""
        shortest = min((len(low) for low, _ in self.spaces), default=1)
        longest = max((len(low) for low, _ in self.spaces), default=1)
        out, at = [], 0
        while at < len(data):
            for size in range(1, longest + 1):
                code = data[at : at + size]
                if any(_lies(code, low, high) for low, high in self.spaces):
                    break
            else:
                code = data[at : at + shortest]
            out.append(code)
            at += len(code)
        return out

    def cid(self, code: bytes) -> int:
        """The CID of a code, 0 when the CMap has none."""
        value = int.from_bytes(code, "big")
        for size, first, last, cid in self.cids:
            if size == len(code) and first <= value <= last:
                return cid + value - first
        return 0


def _lies(code: bytes, low: bytes, high: bytes) -> bool:
    return len(low) == len(code) and all(a <= c <= b for a, c, b in zip(low, code, high, strict=True))


def parse(data: bytes) -> CMap:
    """A CMap from its stream.

    Raises:
        Unsure: it does not follow the syntax.
    """
    found = CMap()
    for operator, operands in read(data):
        if operator == b"endcodespacerange":
            pairs = [_bytes(o) for o in operands]
            both = zip(pairs[::2], pairs[1::2], strict=False)
            found.spaces += [(a, b) for a, b in both if len(a) == len(b)]
        elif operator == b"endcidrange":
            for low, high, cid in zip(operands[::3], operands[1::3], operands[2::3], strict=False):
                first, last = _bytes(low), _bytes(high)
                found.cids.append((len(first), _int(first), _int(last), _number(cid)))
        elif operator == b"endcidchar":
            for code, cid in zip(operands[::2], operands[1::2], strict=False):
                one = _bytes(code)
                found.cids.append((len(one), _int(one), _int(one), _number(cid)))
        elif operator == b"endbfchar":
            for code, text in zip(operands[::2], operands[1::2], strict=False):
                found.chars[_bytes(code)] = _text(text)
        elif operator == b"endbfrange":
            for low, high, text in zip(operands[::3], operands[1::3], operands[2::3], strict=False):
                _bf_range(found, _bytes(low), _bytes(high), text)
        elif operator == b"usecmap":
            found.uses_other = True
        elif operator == b"def" and len(operands) >= 2 and operands[-2] == b"/WMode":
            found.vertical = operands[-1] == b"1"
    return found


def _bf_range(found: CMap, low: bytes, high: bytes, text: Operand) -> None:
    first, last = _int(low), _int(high)
    if last - first >= _MAX_RANGE:
        raise Unsure("a font on it lists too many characters")
    if isinstance(text, list):
        for i, one in enumerate(text[: max(0, last - first + 1)]):
            found.chars[(first + i).to_bytes(len(low), "big")] = _text(one)
        return
    raw = _bytes(text)
    if not raw:
        return
    start, size = _int(raw), len(raw)
    for i in range(max(0, last - first + 1)):
        value = ((start + i) % (1 << 8 * size)).to_bytes(size, "big")
        found.chars[(first + i).to_bytes(len(low), "big")] = _decoded(value)


def _bytes(operand: Operand) -> bytes:
    if not isinstance(operand, bytes):
        raise Unsure("a font on it has a damaged list of characters")
    return string(operand)


def _text(operand: Operand) -> str:
    return _decoded(_bytes(operand)) if isinstance(operand, bytes) and operand[:1] in b"<(" else ""


def _decoded(raw: bytes) -> str:
    return raw.decode("latin-1") if len(raw) == 1 else raw.decode("utf-16-be", "replace")


def _int(raw: bytes) -> int:
    return int.from_bytes(raw, "big")


def _number(operand: Operand) -> int:
    try:
        return int(operand)
    except (TypeError, ValueError):
        raise Unsure("a font on it has a damaged list of characters") from None


def to_unicode(chars: Mapping[bytes, str]) -> bytes:
    """A ToUnicode CMap of just these codes."""
    sizes = sorted({len(code) for code in chars}) or [1]
    out = [
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /R def /CMapType 2 def",
        b"%d begincodespacerange" % len(sizes),
        *(b"<%s> <%s>" % (b"00" * n, b"ff" * n) for n in sizes),
        b"endcodespacerange",
    ]
    entries = sorted(chars.items())
    for start in range(0, len(entries), 100):  # at most 100 entries a block (Adobe technical note 5411)
        part = entries[start : start + 100]
        out.append(b"%d beginbfchar" % len(part))
        for code, text in part:
            value = text.encode("utf-16-be", "surrogatepass").hex().encode("ascii")
            out.append(b"<%s> <%s>" % (code.hex().encode("ascii"), value))
        out.append(b"endbfchar")
    out.append(b"endcmap CMapName currentdict /CMap defineresource pop end end")
    return b"\n".join(out)


def named(name: str) -> tuple[Callable[[bytes], list[bytes]], Callable[[bytes], int], bool]:
    """A predefined CMap: how it splits a string, its CIDs, and whether it writes downwards.

    Raises:
        Unsure: it is not one we know.
    """
    if name in ("Identity-H", "Identity-V"):
        return _pairs, _int, name.endswith("V")
    try:
        cmap = pymupdf.mupdf.pdf_load_system_cmap(name)
        vertical = bool(pymupdf.mupdf.pdf_cmap_wmode(cmap))
    except MUPDF_ERRORS:
        raise Unsure("a font on it uses an unknown list of characters") from None

    def cid(code: bytes) -> int:
        return max(0, int(pymupdf.mupdf.pdf_lookup_cmap(cmap, _int(code))))

    return _splitter(name), cid, vertical


def _pairs(data: bytes) -> list[bytes]:
    return [data[i : i + 2] for i in range(0, len(data), 2)]


def _splitter(name: str) -> Callable[[bytes], list[bytes]]:
    """How the predefined CMaps cut a string (ISO 32000-1, table 118)."""
    if "UCS2" in name or name in ("H", "V", "Ext-H", "Ext-V", "Add-H", "Add-V"):
        return _pairs
    if "UTF16" in name:
        return lambda data: _by_lead(data, lambda c: 4 if 0xD8 <= c <= 0xDB else 2)
    if "RKSJ" in name:
        return lambda data: _by_lead(data, lambda c: 1 if c <= 0x80 or 0xA0 <= c <= 0xDF or c > 0xFC else 2)
    if "CNS-EUC" in name:
        return lambda data: _by_lead(data, lambda c: 1 if c <= 0x80 else 4 if c == 0x8E else 2)
    if any(part in name for part in ("EUC", "UHC", "B5", "GBK", "GBpc", "HKscs")):
        return lambda data: _by_lead(data, lambda c: 1 if c <= 0x80 else 2)
    raise Unsure("a font on it uses an unknown list of characters")


def _by_lead(data: bytes, size: Callable[[int], int]) -> list[bytes]:
    out, at = [], 0
    while at < len(data):
        step = size(data[at])
        out.append(data[at : at + step])
        at += step
    return out
