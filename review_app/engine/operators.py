"""Content streams as operators, read and written byte for byte.

A lexer of our own, not a library's: what is not touched must come out exactly as it went in (positions to the
last digit), comments and slack between tokens must not, and 200 pages have to be read in about a second.
Operands stay raw bytes; arrays are lists, dictionaries :class:`Entries`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

Operand = Any
"""``bytes`` for numbers, names, strings and keywords; ``list`` for arrays; :class:`Entries`."""


class Unsure(Exception):
    """Something on a page cannot be understood well enough to say that it was removed.

    The text is plain words for a person and holds nothing of the document.
    """


class Entries(list[Operand]):
    """A dictionary as keys and values in turn."""

    def get(self, key: bytes) -> Operand | None:
        """The value of a key (with its slash), None when it is not there."""
        for i in range(0, len(self) - 1, 2):
            if self[i] == key:
                return self[i + 1]
        return None


_WHITE = rb"\x00\t\n\x0c\r "
_TOKEN = re.compile(
    rb"[" + _WHITE + rb"]+|%[^\r\n]*"
    rb"|(?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?=[" + _WHITE + rb"()<>\[\]{}/%]|\Z))"
    rb"|(?P<name>/[^" + _WHITE + rb"()<>\[\]{}/%]*)"
    rb"|(?P<word>[^" + _WHITE + rb"()<>\[\]{}/%]+)"
    rb"|(?P<string>\((?:[^()\\]|\\.)*\)|<[0-9A-Fa-f" + _WHITE + rb"]*>)"
    rb"|(?P<open>\[|<<)|(?P<close>\]|>>)"
    rb"|(?P<nested>\()",
    re.DOTALL,
)
_BLANK = rb"[\t\n\x0c\r ]"
_NUMBER = rb"[+-]?+(?:\d++\.?+\d*+|\.\d++)"
_STRING = rb"\((?:[^()\\]|\\.)*+\)|<[0-9A-Fa-f\t\n\x0c\r ]*+>"
_USUAL = re.compile(
    _BLANK + rb"*+(?:"
    rb"((?:(?:" + _NUMBER + rb"|/[A-Za-z0-9_.+-]*+)" + _BLANK + rb"++)*+)([A-Za-z]{1,3}+\*?+)"
    rb"|(" + _STRING + rb")" + _BLANK + rb"*+Tj"
    rb"|\[((?:" + _STRING + rb"|" + _NUMBER + rb"(?=[\t\n\x0c\r (<\]])|" + _BLANK + rb"++)*+)\]" + _BLANK
    + rb"*+TJ)(?=" + _BLANK + rb"|\Z)",
    re.DOTALL,
)
"""An operator behind numbers and names, or strings that are shown, found in one step instead of one for every
token: most of a stream is made of these."""

_PIECES = re.compile(_STRING + rb"|" + _NUMBER, re.DOTALL)

_NO_OPERATORS = frozenset({b"true", b"false", b"null", b"BI"})
_ODD_NUMBER = re.compile(rb"([+-]*)(\d*\.?\d*)")
_INLINE_END = re.compile(rb"[" + _WHITE + rb"]EI(?=[" + _WHITE + rb"]|\Z)")
_PLAUSIBLE = re.compile(rb"[\x20-\x7e\r\n\t]*\Z")

_KEYWORDS = frozenset({b"true", b"false", b"null"})
_MAX_DEPTH = 32


def read(data: bytes) -> Iterator[tuple[bytes, list[Operand]]]:
    """The operators of a content stream with their operands.

    An inline image is one operator ``BI`` with two operands: its :class:`Entries` and its raw bytes.

    Raises:
        Unsure: the stream does not follow the syntax.
    """
    operands: list[Operand] = []
    stack: list[list[Operand]] = []
    at, end = 0, len(data)
    match, usual = _TOKEN.match, _USUAL.match
    while at < end:
        if not operands and not stack and (found := usual(data, at)) is not None:
            plain, operator, text, array = found.groups()
            if operator not in _NO_OPERATORS:
                at = found.end()
                if operator is not None:
                    yield operator, plain.split()
                elif text is not None:
                    yield b"Tj", [text]
                else:
                    yield b"TJ", [_PIECES.findall(array)]
                continue
        token = match(data, at)
        if token is None:
            raise Unsure("its drawing instructions are damaged")
        at = token.end()
        kind = token.lastgroup
        if kind is None:
            continue
        if kind == "number" or kind == "name" or kind == "string":
            operands.append(token.group())
        elif kind == "word":
            word = token.group()
            if word in _KEYWORDS:
                operands.append(word)
            elif word[0] in b"+-.0123456789":
                operands.append(_number(word))
            elif stack:
                raise Unsure("its drawing instructions are damaged")
            elif word == b"BI":
                entries, start = _inline_entries(data, at)
                pixels, at = _inline_data(data, start, entries)
                yield b"BI", [entries, pixels]
                operands = []
            else:
                yield word, operands
                operands = []
        elif kind == "open":
            if len(stack) >= _MAX_DEPTH:
                raise Unsure("its drawing instructions are nested too deep")
            inner: list[Operand] = [] if token.group() == b"[" else Entries()
            operands.append(inner)
            stack.append(operands)
            operands = inner
        elif kind == "close":
            if not stack or isinstance(operands, Entries) != (token.group() == b">>"):
                raise Unsure("its drawing instructions are damaged")
            operands = stack.pop()
        else:
            at = _nested_end(data, at)
            operands.append(data[token.start() : at])
    if stack or operands:
        return  # readers ignore what has no operator at the end of a cut stream; here it is left out


def _number(word: bytes) -> bytes:
    """What readers make of ``--5`` and ``1.2.3``: the part that is a number."""
    found = _ODD_NUMBER.match(word)
    assert found is not None  # both parts may be empty
    digits = found.group(2)
    if digits in (b"", b"."):
        digits = b"0"
    return (b"-" if b"-" in found.group(1) else b"") + digits


def _nested_end(data: bytes, at: int) -> int:
    depth = 1
    while at < len(data):
        char = data[at]
        at += 1
        if char == 0x5C:
            at += 1
        elif char == 0x28:
            depth += 1
        elif char == 0x29:
            depth -= 1
            if not depth:
                return at
    raise Unsure("its drawing instructions are damaged")


def _inline_entries(data: bytes, at: int) -> tuple[Entries, int]:
    entries = Entries()
    for _ in range(200):
        token = _TOKEN.match(data, at)
        if token is None:
            break
        if token.lastgroup == "word" and token.group() == b"ID":
            return entries, token.end()
        at = token.end()
        if token.lastgroup == "open":
            # A small array or dictionary: read as far as its end with the ordinary reader.
            close = {b"[": b"]", b"<<": b">>"}[token.group()]
            stop = data.find(close, at)
            if stop < 0:
                break
            wrapped = data[token.start() : stop + len(close)] + b" x"
            entries.extend(next(read(wrapped))[1])
            at = stop + len(close)
        elif token.lastgroup is not None:
            entries.append(token.group())
    raise Unsure("an image inside its drawing instructions is damaged")


def _inline_data(data: bytes, start: int, entries: Entries) -> tuple[bytes, int]:
    start += 1  # one white space follows ID (ISO 32000-1, 8.9.7)
    if entries.get(b"/F") is None and entries.get(b"/Filter") is None:
        size = _plain_size(entries)
        if size is not None:
            found = _INLINE_END.match(data, start + size) or re.compile(rb"EI\b").match(data, start + size)
            if found:
                return data[start : start + size], found.end()
    at = start - 1
    while found := _INLINE_END.search(data, at):
        # The letters EI may stand in the pixels: behind the true end there are operators, which are ASCII.
        if _PLAUSIBLE.match(data[found.end() : found.end() + 40]):
            return data[start : found.start()], found.end()
        at = found.start() + 1
    raise Unsure("an image inside its drawing instructions has no end")


def _plain_size(entries: Entries) -> int | None:
    def value(short: bytes, long: bytes) -> bytes | None:
        found = entries.get(short)
        found = entries.get(long) if found is None else found
        return found if isinstance(found, bytes) else None

    try:
        width = int(value(b"/W", b"/Width") or b"")
        height = int(value(b"/H", b"/Height") or b"")
        if value(b"/IM", b"/ImageMask") == b"true":
            return (width + 7) // 8 * height
        bits = int(value(b"/BPC", b"/BitsPerComponent") or b"8")
        parts = {b"/G": 1, b"/DeviceGray": 1, b"/RGB": 3, b"/DeviceRGB": 3, b"/CMYK": 4, b"/DeviceCMYK": 4}
        space = value(b"/CS", b"/ColorSpace")
        return (width * bits * parts[space] + 7) // 8 * height if space in parts else None
    except (ValueError, KeyError):
        return None


def write(operator: bytes, operands: list[Operand]) -> bytes:
    """One operator as bytes, without a line end."""
    if operator == b"BI":
        pixels: bytes = operands[1]
        return b"BI " + b" ".join(_out(o) for o in operands[0]) + b" ID " + pixels + b"\nEI"
    if not operands:
        return operator
    return b" ".join([o if type(o) is bytes else _out(o) for o in operands]) + b" " + operator


def _out(operand: Operand) -> bytes:
    if isinstance(operand, bytes):
        return operand
    inner = b" ".join([o if type(o) is bytes else _out(o) for o in operand])
    return b"<<" + inner + b">>" if isinstance(operand, Entries) else b"[" + inner + b"]"


_ESCAPES = {0x6E: 10, 0x72: 13, 0x74: 9, 0x62: 8, 0x66: 12}


def string(raw: bytes) -> bytes:
    """The bytes that a string operand stands for (ISO 32000-1, 7.3.4).

    Raises:
        Unsure: it is not a string.
    """
    if raw[:1] == b"<":
        try:
            return bytes.fromhex(raw[1:-1].decode("ascii"))
        except ValueError:
            pass  # an odd number of digits, or a blank within two of them
        digits = re.sub(rb"[^0-9A-Fa-f]", b"", raw)
        return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))
    if raw[:1] != b"(":
        raise Unsure("its text instructions are damaged")
    inner = raw[1:-1]
    if b"\\" not in inner and b"\r" not in inner:
        return inner
    out = bytearray()
    at, end = 0, len(inner)
    while at < end:
        char = inner[at]
        at += 1
        if char == 0x0D:  # a line end is a line feed, however it is written
            out.append(10)
            at += inner[at : at + 1] == b"\n"
        elif char != 0x5C:
            out.append(char)
        elif at < end:
            char = inner[at]
            at += 1
            if 0x30 <= char <= 0x37:
                value, last = char - 0x30, at + 2
                while at < min(last, end) and 0x30 <= inner[at] <= 0x37:
                    value = value * 8 + inner[at] - 0x30
                    at += 1
                out.append(value & 255)
            elif char == 0x0D:
                at += inner[at : at + 1] == b"\n"
            elif char != 0x0A:
                out.append(_ESCAPES.get(char, char))
    return bytes(out)


def number(value: float) -> bytes:
    """A number as PDF writes it: no exponent, six places at most."""
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return b"0" if text in ("", "-0") else text.encode("ascii")


def numbers(operands: list[Operand], count: int) -> list[float]:
    """The last ``count`` operands as numbers.

    Raises:
        Unsure: there are fewer, or one is not a number.
    """
    if len(operands) < count:
        raise Unsure("its drawing instructions are damaged")
    try:
        return [float(o) for o in operands[len(operands) - count :]]
    except (TypeError, ValueError):
        raise Unsure("its drawing instructions are damaged") from None
