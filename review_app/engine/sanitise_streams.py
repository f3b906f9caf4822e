"""Image data without what is no picture: comments, thumbnails, camera data, bytes behind the end."""

from __future__ import annotations

import zlib

_JPEG_KEPT = frozenset({
    0xC0, 0xC1, 0xC2, 0xC3, 0xC4, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCC, 0xCD, 0xCE, 0xCF, 0xDA, 0xDB,
    0xDC, 0xDD, 0xDE, 0xDF, 0xEE,
})
"""Frames, tables, scans, and the segment by which Adobe says how colours are coded."""

_JP2_KEPT = frozenset({b"jP  ", b"ftyp", b"jp2h", b"jp2c"})


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
        if marker in _JPEG_KEPT and (marker != 0xEE or segment[4:9] == b"Adobe"):
            out += segment[:16] if marker == 0xEE else segment
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


def flate(data: bytes) -> bytes:
    """Compressed data without the bytes behind its end.

    Raises:
        ValueError: it cannot be decompressed to its end.
    """
    reader = zlib.decompressobj()
    try:
        reader.decompress(data)
    except zlib.error:
        raise ValueError("damaged") from None
    if not reader.eof:
        raise ValueError("no end")
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
