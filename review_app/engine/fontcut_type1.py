"""Cuts a Type 1 program: charstrings, subroutines and encoding of what is not shown are gone.

Layout: Adobe Type 1 Font Format, version 1.1: clear text, an encrypted part that holds /Subrs and
/CharStrings, and a trailer of zeros.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from review_app.engine.glyph_names import names_of

_EEXEC, _CHARSTRING = 55665, 4330
_STANDARD_HIGH = {
    39: "quoteright", 96: "quoteleft", 161: "exclamdown", 162: "cent", 163: "sterling", 164: "fraction",
    165: "yen", 166: "florin", 167: "section", 168: "currency", 169: "quotesingle", 170: "quotedblleft",
    171: "guillemotleft", 172: "guilsinglleft", 173: "guilsinglright", 174: "fi", 175: "fl", 177: "endash",
    178: "dagger", 179: "daggerdbl", 180: "periodcentered", 182: "paragraph", 183: "bullet",
    184: "quotesinglbase", 185: "quotedblbase", 186: "quotedblright", 187: "guillemotright", 188: "ellipsis",
    189: "perthousand", 191: "questiondown", 193: "grave", 194: "acute", 195: "circumflex", 196: "tilde",
    197: "macron", 198: "breve", 199: "dotaccent", 200: "dieresis", 202: "ring", 203: "cedilla",
    205: "hungarumlaut", 206: "ogonek", 207: "caron", 208: "emdash", 225: "AE", 227: "ordfeminine",
    232: "Lslash", 233: "Oslash", 234: "OE", 235: "ordmasculine", 241: "ae", 245: "dotlessi", 248: "lslash",
    249: "oslash", 250: "oe", 251: "germandbls",
}
"""StandardEncoding where it differs from ASCII (ISO 32000-1, annex D.2)."""

_ENTRY = re.compile(rb"/([^\s/\[\](){}<>%]+)[ \t]+(\d+)[ \t]+(RD|-\||\S+)[ \t]")
_SUBR = re.compile(rb"dup[ \t]+(\d+)[ \t]+(\d+)[ \t]+(\S+)[ \t]")
_CODE = re.compile(rb"dup[ \t]+(\d+)[ \t]*/(\S+)[ \t]+put[^\n\r]*[\r\n]*")
_STRINGS = re.compile(
    rb"/(version|Notice|FullName|FamilyName|Weight|Copyright)[ \t]*\((?:[^()\\]|\\.|\([^()]*\))*\)"
)


def standard_names(code: int, base: str) -> set[str]:
    """Glyph names of a code in a named encoding; StandardEncoding for any other."""
    try:
        if base in ("/WinAnsiEncoding", "/MacRomanEncoding"):
            char = bytes([code]).decode("cp1252" if base == "/WinAnsiEncoding" else "mac_roman")
        elif code in _STANDARD_HIGH:
            return {_STANDARD_HIGH[code]}
        elif code < 127:
            char = chr(code)
        else:
            return set()
    except UnicodeDecodeError:
        return {"bullet"}
    return names_of(char)


def cut(data: bytes, names: set[str], codes: set[int]) -> tuple[bytes, tuple[int, int, int]]:
    """The program with only the glyphs of these names and codes; and the lengths of its three parts.

    Raises:
        ValueError, LookupError: it is damaged, or uses what we cannot follow.
    """
    data = _without_segments(data)
    mark = data.find(b"eexec")
    if mark < 0:
        raise ValueError("no encrypted part")
    start = mark + 5
    while data[start : start + 1] in (b" ", b"\n", b"\r", b"\t"):
        start += 1
    clear, rest = data[:start], data[start:]
    if re.fullmatch(rb"[0-9A-Fa-f\s]{8}", rest[:8]):
        digits = re.sub(rb"\s", b"", rest)
        ends = re.search(rb"[^0-9A-Fa-f]", digits)
        digits = digits[: ends.start()] if ends else digits
        rest = bytes.fromhex(digits[: len(digits) // 2 * 2].decode("ascii"))
    private = _decrypted(rest, _EEXEC)[4:]
    kept = {n.encode("latin-1") for n in names} | {b".notdef"}
    kept |= {
        found.group(2) for found in _CODE.finditer(clear) if int(found.group(1)) in codes
    }
    clear = _CODE.sub(lambda f: f.group() if int(f.group(1)) in codes else b"", clear)
    clear = _STRINGS.sub(lambda f: b"/" + f.group(1) + b" ()", clear)
    private = _cut_private(private, kept)
    secret = _encrypted(b"\0\0\0\0" + private, _EEXEC)
    trailer = (b"0" * 64 + b"\n") * 8 + b"cleartomark\n"
    return clear + secret + trailer, (len(clear), len(secret), len(trailer))


def _without_segments(data: bytes) -> bytes:
    """A PFB file's parts without their headers."""
    out, at = b"", 0
    while data[at : at + 1] == b"\x80" and data[at + 1] in (1, 2):
        size = int.from_bytes(data[at + 2 : at + 6], "little")
        out += data[at + 6 : at + 6 + size]
        at += 6 + size
    return out or data


def _decrypted(data: bytes, key: int) -> bytes:
    out = bytearray(len(data))
    for i, byte in enumerate(data):
        out[i] = byte ^ (key >> 8)
        key = ((byte + key) * 52845 + 22719) & 0xFFFF
    return bytes(out)


def _encrypted(data: bytes, key: int) -> bytes:
    out = bytearray(len(data))
    for i, byte in enumerate(data):
        coded = byte ^ (key >> 8)
        out[i] = coded
        key = ((coded + key) * 52845 + 22719) & 0xFFFF
    return bytes(out)


def _cut_private(private: bytes, kept: set[bytes]) -> bytes:
    place = private.find(b"/CharStrings")
    if place < 0:
        raise ValueError("no charstrings")
    found = re.search(rb"/lenIV[ \t]+(-?\d+)", private)
    salt = int(found.group(1)) if found else 4
    if salt < 0:
        raise ValueError("charstrings in the clear")
    head, glyphs_at = private[:place], place
    subrs: dict[int, tuple[int, int]] = {}
    at = head.find(b"/Subrs")
    while at >= 0 and (entry := _SUBR.search(head, at)):
        size = int(entry.group(2))
        subrs[int(entry.group(1))] = (entry.end(), size)
        at = entry.end() + size
    glyphs: dict[bytes, tuple[int, int, int]] = {}
    start = re.compile(rb"begin").search(private, glyphs_at)
    at = start.end() if start else len(private)
    end = at
    while entry := _ENTRY.search(private, at):
        if b"end" in private[at : entry.start()]:
            break
        size = int(entry.group(2))
        stop = re.compile(rb"\s*(?:ND|\|-|noaccess def|def|\S+)[\r\n ]*").match(private, entry.end() + size)
        end = stop.end() if stop else entry.end() + size
        glyphs[entry.group(1)] = (entry.start(), entry.end(), end)
        at = end
    if not glyphs:
        raise ValueError("no charstrings")

    def charstring(begin: int, text: bytes, size: int) -> bytes:
        return _decrypted(text[begin : begin + size], _CHARSTRING)[salt:]

    used: set[int] = {0, 1, 2, 3}
    todo = [n for n in kept if n in glyphs]
    seen: set[bytes] = set()
    while todo:
        name = todo.pop()
        if name in seen or name not in glyphs:
            continue
        seen.add(name)
        _, begin, _ = glyphs[name]
        size = int(_ENTRY.match(private, glyphs[name][0]).group(2))  # type: ignore[union-attr]
        for kind, value in _calls(charstring(begin, private, size), subrs, head, salt):
            if kind == "subr":
                used.add(value)
            else:
                todo += [n.encode("latin-1") for n in standard_names(value, "")]
    empty = _encrypted(b"\0" * salt + b"\x0b", _CHARSTRING)
    new_head, at = b"", 0
    for number, (begin, size) in sorted(subrs.items(), key=lambda item: item[1][0]):
        if number in used:
            continue
        line = head.rfind(b"dup", 0, begin)
        token = _SUBR.match(head, line)
        if token is None:
            raise ValueError("damaged subroutines")
        new_head += head[at:line] + b"dup %d %d %s " % (number, len(empty), token.group(3)) + empty
        at = begin + size
    new_head += head[at:]
    first = min(place[0] for place in glyphs.values())
    count = b"/CharStrings %d" % len(seen)
    middle = re.sub(rb"/CharStrings[ \t]+\d+", count, private[glyphs_at:first], count=1)
    body = b"".join(private[a:c] for n, (a, _, c) in glyphs.items() if n in seen)
    return new_head + middle + body + private[end:]


def _calls(
    code: bytes, subrs: dict[int, tuple[int, int]], head: bytes, salt: int, depth: int = 0,
    stack: list[int] | None = None,
) -> Iterator[tuple[str, int]]:
    """The subroutines a charstring calls (``subr``), and the characters an accented one is made of."""
    if depth > 12:
        raise ValueError("nested too deep")
    at = 0
    stack = [] if stack is None else stack
    pushed: list[int] = []
    while at < len(code):
        byte = code[at]
        at += 1
        if byte >= 32:
            if byte <= 246:
                stack.append(byte - 139)
            elif byte <= 250:
                stack.append((byte - 247) * 256 + code[at] + 108)
                at += 1
            elif byte <= 254:
                stack.append(-(byte - 251) * 256 - code[at] - 108)
                at += 1
            else:
                stack.append(int.from_bytes(code[at : at + 4], "big", signed=True))
                at += 4
        elif byte == 10:
            number = stack.pop()
            yield "subr", number
            if number in subrs and number > 3:
                begin, size = subrs[number]
                inner = _decrypted(head[begin : begin + size], _CHARSTRING)[salt:]
                yield from _calls(inner, subrs, head, salt, depth + 1, stack)
        elif byte == 12:
            second = code[at]
            at += 1
            if second == 6:
                yield "char", stack[-2]
                yield "char", stack[-1]
                stack.clear()
            elif second == 16:
                stack.pop()
                count = stack.pop()
                pushed = [stack.pop() for _ in range(min(count, len(stack)))]
            elif second == 17:
                stack.append(pushed.pop(0) if pushed else 0)
            elif second == 12:
                below, above = stack.pop(), stack.pop()
                stack.append(int(above / below) if below else 0)
            else:
                stack.clear()
        elif byte not in (11, 14):
            stack.clear()
