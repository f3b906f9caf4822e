"""What a file is, from its first bytes; the name is not asked."""

from __future__ import annotations

import struct

from review_app.domain.errors import InputRefused

_PICTURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"II+\0", "image/tiff"),
    (b"MM\0+", "image/tiff"),
)

_UNSUPPORTED = (
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old office document or mail message"),
    (b"{\\rtf", "a rich text document"),
    (b"%!PS", "a PostScript program"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"GIF8", "a GIF picture"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\0", "a program"),
    (b"SQLite format 3\0", "a database"),
)


def media_type(data: bytes) -> str:
    """``application/pdf``, an ``image/…`` of a scan, or ``text/plain`` for all that may be text.

    Raises:
        InputRefused: a known kind of file that is not supported.
    """
    # Readers accept a PDF header anywhere in the first kilobyte (ISO 32000-1, annex H.3).
    head = data[:1024]
    for magic, kind in _PICTURES:
        if head.startswith(magic):
            return kind
    for magic, words in _UNSUPPORTED:
        if head.startswith(magic):
            raise InputRefused(
                f"The file is {words}", why="only PDF, TIFF, PNG, JPEG and plain text can be reviewed",
                todo="Save or print it as PDF and add that",
            )
    if b"%PDF-" in head:
        return "application/pdf"
    return "text/plain"


def picture_pixels(data: bytes, kind: str) -> int:
    """Pixels of a PNG or of the largest frame of a JPEG, told from the header; 0 when it cannot be told.

    For TIFF the width and height tags of every directory are looked at.
    """
    try:
        if kind == "image/png":
            width, height = struct.unpack_from(">LL", data, 16)
            return int(width * height)
        if kind == "image/jpeg":
            return _jpeg_pixels(data)
        return _tiff_pixels(data)
    except (struct.error, IndexError):
        return 0


def _jpeg_pixels(data: bytes) -> int:
    at, most = 2, 0
    while at + 9 < len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        (length,) = struct.unpack_from(">H", data, at + 2)
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", data, at + 5)
            most = max(most, height * width)
        if marker == 0xDA or length < 2:
            break
        at += 2 + length
    return most


def _tiff_pixels(data: bytes) -> int:
    order = "<" if data[:2] == b"II" else ">"
    if struct.unpack_from(order + "H", data, 2)[0] != 42:
        return 0  # BigTIFF: MuPDF does not read it and says so
    (at,) = struct.unpack_from(order + "L", data, 4)
    seen: set[int] = set()
    most = 0
    while at and at not in seen and len(seen) < 100_000:
        seen.add(at)
        (count,) = struct.unpack_from(order + "H", data, at)
        size = {256: 0, 257: 0}
        for i in range(count):
            tag, kind = struct.unpack_from(order + "HH", data, at + 2 + 12 * i)
            if tag in size:
                (size[tag],) = struct.unpack_from(order + ("H" if kind == 3 else "L"), data, at + 10 + 12 * i)
        most = max(most, size[256] * size[257])
        (at,) = struct.unpack_from(order + "L", data, at + 2 + 12 * count)
    return most
