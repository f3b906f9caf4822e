"""Image data without what is no picture: comments, thumbnails, camera data, bytes behind the end."""

from __future__ import annotations

import re
import zlib

_JPEG_KEPT = frozenset({
    0xC0, 0xC1, 0xC2, 0xC3, 0xC4, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCC, 0xCD, 0xCE, 0xCF, 0xDA, 0xDB,
    0xDC, 0xDD, 0xDE, 0xDF, 0xEE,
})
"""Frames, tables, scans, and the segment by which Adobe says how colours are coded."""

_JP2_KEPT = frozenset({b"jP  ", b"ftyp", b"jp2h", b"jp2c"})

_END_OF_BLOCK = 0x001001  # two ends of line, twelve bits each (ITU-T T.6)


def _shifted(bits: int) -> bytes:
    """The sign for the end of a fax, ``bits`` into a byte, as a regular expression."""
    if not bits:
        return re.escape(_END_OF_BLOCK.to_bytes(3, "big"))
    first, *middle, last = (_END_OF_BLOCK << 8 - bits).to_bytes(4, "big")
    low, high = (1 << 8 - bits) - 1, 0xFF << 8 - bits & 0xFF
    begins = b"".join(b"\\x%02x" % b for b in range(256) if b & low == first & low)
    ends = b"".join(b"\\x%02x" % b for b in range(256) if b & high == last & high)
    return b"[" + begins + b"]" + re.escape(bytes(middle)) + b"[" + ends + b"]"


_FAX_END = re.compile(b"|".join(_shifted(bits) for bits in range(8)), re.DOTALL)


def fax_end(data: bytes) -> int:
    """Where a Group 4 fax ends by its own sign; 0 when it has none. No picture holds the sign's bits."""
    found = _FAX_END.search(data)
    return found.end() if found else 0


def jpeg(data: bytes) -> bytes:
    """A JPEG with nothing but frames, tables and scans.

    Raises:
        ValueError: it is not one, or has no end.
    """
    if data[:2] != b"\xff\xd8":
        raise ValueError("not a JPEG")
    out = bytearray(b"\xff\xd8")
    at = 2
    while True:
        if at + 4 > len(data):
            raise ValueError("a JPEG without an end")
        if data[at] != 0xFF:
            raise ValueError("a damaged JPEG")
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        segment = data[at : at + 2 + length]
        at += 2 + length
        if marker in _JPEG_KEPT and (marker != 0xEE or (segment[4:9] == b"Adobe" and length >= 14)):
            out += b"\xff\xee\0\x0e" + segment[4:16] if marker == 0xEE else segment
        if marker != 0xDA:
            if data[at : at + 2] == b"\xff\xd9":
                raise ValueError("a JPEG without a picture")
            continue
        start = at
        while True:  # coded data: a marker ends it, but not 00 or a restart
            at = data.find(b"\xff", at)
            if at < 0 or at + 1 >= len(data):
                # cut off: readers show what there is, and so must the copy
                return bytes(out + data[start:] + b"\xff\xd9")
            follower = data[at + 1]
            if follower == 0 or 0xD0 <= follower <= 0xD7:
                at += 2
            elif follower == 0xFF:
                at += 1
            else:
                break
        out += data[start:at]
        if data[at + 1] == 0xD9:
            return bytes(out + b"\xff\xd9")


_COLOUR_TAGS = frozenset(
    b"A2B0 A2B1 A2B2 B2A0 B2A1 B2A2 D2B0 D2B1 D2B2 D2B3 B2D0 B2D1 B2D2 B2D3 rXYZ gXYZ bXYZ rTRC gTRC bTRC "
    b"kTRC wtpt bkpt chad chrm gamt lumi meas view".split()
)
_TEXT_TAGS = frozenset(b"desc cprt dmnd dmdd vued tech".split())


def profile(data: bytes, *, texts: bool = True) -> bytes:
    """A colour profile with nothing but the tags of the standard; without ``texts`` (its name, its maker, its
    copyright) those that say how colours look. As it is where nothing else is in it, or when it is damaged.
    """
    tags = _profile_tags(data)
    if not tags:
        return data
    kept = [t for t in tags if t[0] in _COLOUR_TAGS or (texts and t[0] in _TEXT_TAGS)]
    ends = max(place + size for _, place, size in tags)
    if len(kept) == len(tags) and len(data) - ends < 4:
        return data
    at = 132 + 12 * len(kept)
    places: dict[tuple[int, int], int] = {}
    table, body = bytearray(), bytearray()
    for name, place, size in kept:
        if (place, size) not in places:
            body += bytes(-(at + len(body)) % 4)
            places[place, size] = at + len(body)
            body += data[place : place + size]
        table += name + places[place, size].to_bytes(4, "big") + size.to_bytes(4, "big")
    whole = 132 + len(table) + len(body)
    head = whole.to_bytes(4, "big") + data[4:84] + bytes(44)
    return head + len(kept).to_bytes(4, "big") + bytes(table + body)


def profile_texts(data: bytes) -> bytes:
    """What a colour profile says in words, both in one byte a letter and without the zeros of two."""
    said = b" ".join(data[p : p + s] for name, p, s in _profile_tags(data) if name in _TEXT_TAGS)
    return said + b" " + said.replace(b"\0", b"")


def _profile_tags(data: bytes) -> list[tuple[bytes, int, int]]:
    """Name, place and size of a profile's tags (ICC.1:2010, 7.3); none when they cannot be followed."""
    count = int.from_bytes(data[128:132], "big")
    if data[36:40] != b"acsp" or not 0 < count < 200 or len(data) < 132 + 12 * count:
        return []
    found = []
    for at in range(132, 132 + 12 * count, 12):
        place, size = (int.from_bytes(data[i : i + 4], "big") for i in (at + 4, at + 8))
        if place + size > len(data):
            return []
        found.append((data[at : at + 4], place, size))
    return found


def jpeg2000(data: bytes) -> bytes:
    """A JPEG 2000 file with nothing but header and codestream, or a bare codestream, without comments.

    Raises:
        ValueError: it is neither.
    """
    if data[:4] == b"\xff\x4f\xff\x51":
        return _codestream(data)
    out = bytearray()
    at = 0
    while at + 8 <= len(data):
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        head = 8
        if length == 1:
            length, head = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        if length == 0:
            length = len(data) - at
        if length < head or at + length > len(data):
            raise ValueError("a damaged JPEG 2000 file")
        body = data[at + head : at + length]
        if kind == b"jp2c":
            body = _codestream(body)
        if kind in _JP2_KEPT:
            out += (8 + len(body)).to_bytes(4, "big") + kind + body
        at += length
    if b"jp2c" not in out:
        raise ValueError("no picture")
    return bytes(out)


def _codestream(data: bytes) -> bytes:
    """Without the comment markers (FF64) of its main header."""
    out, at = bytearray(data[:2]), 2
    while at + 4 <= len(data):
        marker, length = data[at : at + 2], int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == b"\xff\x90" or marker[:1] != b"\xff":
            break
        if marker != b"\xff\x64":
            out += data[at : at + 2 + length]
        at += 2 + length
    end = data.rfind(b"\xff\xd9")
    return bytes(out + (data[at : end + 2] if end > at else data[at:]))


def flate(data: bytes, most: int) -> bytes:
    """Compressed data without the bytes behind its end, and of no more than ``most`` bytes.

    Raises:
        ValueError: it cannot be decompressed to its end.
    """
    reader = zlib.decompressobj()
    try:
        plain = reader.decompress(data)
    except zlib.error:
        raise ValueError("damaged") from None
    if not reader.eof:
        raise ValueError("no end")
    if len(plain) > most:
        return zlib.compress(plain[:most], 6)
    return data[: len(data) - len(reader.unused_data)] if reader.unused_data else data


def jbig2(data: bytes) -> bytes:
    """The segments of an embedded JBIG2 stream without its comments (extension segments, type 62).

    Raises:
        ValueError: its segments cannot be followed.
    """
    out, at = bytearray(), 0
    while at + 11 <= len(data):
        start = at
        number = int.from_bytes(data[at : at + 4], "big")
        flags = data[at + 4]
        at += 5
        count = data[at] >> 5
        if count == 7:
            count = int.from_bytes(data[at : at + 4], "big") & 0x1FFFFFFF
            at += 4 + (count + 8) // 8
        else:
            at += 1
        at += count * (1 if number <= 256 else 2 if number <= 65_536 else 4)
        at += 4 if flags & 0x40 else 1
        length = int.from_bytes(data[at : at + 4], "big")
        at += 4
        if length == 0xFFFFFFFF:
            return bytes(out + data[start:])  # a length that only decoding would tell
        at += length
        if at > len(data):
            raise ValueError("cut off")
        if flags & 0x3F != 62:
            out += data[start:at]
    return bytes(out)
