"""The bytes of a PDF's streams in which words can stand: of a picture all that is no pixel."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Any

import pikepdf

PIKEPDF_ERRORS: tuple[type[BaseException], ...] = (
    pikepdf.PdfError, RuntimeError, ValueError, TypeError, LookupError, AttributeError, NotImplementedError,
    MemoryError, OverflowError, AssertionError, OSError,
)
"""What pikepdf and zlib raise on a damaged file; as with MuPDF there is no common base class."""

MAX_CARVED = 64 * 1024 * 1024
"""Bytes decoded of one stream that nothing refers to, and of one member of an attached archive: no bomb gets
further."""

_PICTURES = {"/DCTDecode", "/DCT", "/JPXDecode", "/CCITTFaxDecode", "/CCF", "/JBIG2Decode"}
_PARTS = {
    "/DeviceGray": 1, "/CalGray": 1, "/Indexed": 1, "/Separation": 1, "/DeviceRGB": 3, "/CalRGB": 3,
    "/Lab": 3, "/DeviceCMYK": 4,
}
"""Samples a pixel."""

_ENDS = 4096
"""Bytes at both ends of a coded picture that are searched: what is added to one stands there."""


def decoded(stream: Any, raw: bytes, kind: str) -> bytes:
    """A stream's bytes as far as words can stand in them: of a picture what is no pixel."""
    filters = stream.stream_dict.get("/Filter")
    names = {str(f) for f in filters} if isinstance(filters, pikepdf.Array) else {str(filters)}
    if names & _PICTURES:
        return _around_pixels(raw)
    if kind == "/Image":
        try:
            return _beyond_pixels(stream, raw, names)
        except PIKEPDF_ERRORS:
            return _behind_flate(raw)
    try:
        data = bytes(stream.read_bytes())
    except PIKEPDF_ERRORS:
        data = raw
    return data + _behind_flate(raw) + _unpacked(data)


def _behind_flate(raw: bytes, most: int | None = None) -> bytes:
    """What follows the compressed data of a stream and is never decoded; with ``most`` also what is decoded
    beyond so many bytes, and is no pixel."""
    if raw[:1] not in (b"x", b"\x78", b"H", b"h", b"X"):
        return b""
    beyond = bytearray()
    try:
        engine = zlib.decompressobj()
        done = 0
        for start in range(0, len(raw), 1 << 20):
            part = engine.decompress(raw[start : start + (1 << 20)])
            if most is not None and done + len(part) > most and len(beyond) < MAX_CARVED:
                beyond += part[max(0, most - done) :]
            done += len(part)
            if engine.eof:
                return bytes(beyond) + engine.unused_data + raw[start + (1 << 20) :]
    except zlib.error:
        pass
    return bytes(beyond)


def _beyond_pixels(image: Any, raw: bytes, filters: set[str]) -> bytes:
    """What a picture of plain samples holds that is none of them."""
    entries = image.stream_dict
    space = entries.get("/ColorSpace")
    first = space[0] if isinstance(space, pikepdf.Array) and len(space) else space
    parts = _PARTS.get(str(first))
    if str(first) == "/ICCBased":
        parts = int(space[1].get("/N"))
    elif str(first) == "/DeviceN":
        parts = len(space[1])
    bits = int(entries.get("/BitsPerComponent", 8))
    if bool(entries.get("/ImageMask", False)):
        bits = parts = 1
    most = None
    if parts is not None:
        most = (int(entries.get("/Width")) * parts * bits + 7) // 8 * int(entries.get("/Height"))
    if filters != {"/FlateDecode"}:
        return bytes(image.read_bytes())[most:] if most is not None else b""
    parms = entries.get("/DecodeParms")
    parms = parms[0] if isinstance(parms, pikepdf.Array) and len(parms) else parms
    if most is not None and isinstance(parms, pikepdf.Dictionary) and int(parms.get("/Predictor", 1)) >= 10:
        wide = int(parms.get("/Columns", 1)) * int(parms.get("/Colors", 1))
        row = max(1, (wide * int(parms.get("/BitsPerComponent", 8)) + 7) // 8)
        most += -(-most // row)  # a tag before each row
    return _behind_flate(raw, most)


def _around_pixels(raw: bytes) -> bytes:
    """The segments of a JPEG before its pixels and what follows its end; of any other picture both ends."""
    if not raw.startswith(b"\xff\xd8"):
        return raw[:_ENDS] + (raw[-_ENDS:] if len(raw) > _ENDS else b"")
    scan = raw.find(b"\xff\xda")
    end = raw.rfind(b"\xff\xd9")
    return raw[: scan if scan > 0 else _ENDS] + (raw[end + 2 :] if end > 0 else b"")


def _unpacked(data: bytes) -> bytes:
    """The members of an attached archive: word processors' files are such."""
    if not data.startswith(b"PK\x03\x04"):
        return b""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return b"\n".join(
                archive.read(entry) for entry in archive.infolist() if entry.file_size < MAX_CARVED
            )
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, OSError, ValueError):
        return b""
