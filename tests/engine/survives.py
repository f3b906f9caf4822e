"""A blunt second opinion for the benches: is a word still somewhere in a file? Slow, and shares no code with
the verifier, so that the one can be judged by the other."""

from __future__ import annotations

import re
import zlib

import pymupdf
import pypdfium2


def places(data: bytes, word: str) -> list[str]:
    """Where the word was met: raw bytes, streams, strings that streams show, text by two readers."""
    plain = word.lower().encode()
    forms = [plain, plain[::-1], plain.hex().encode(), word.lower().encode("utf-16-be")[1:]]
    found = set()
    if any(form in data.lower() for form in forms):
        found.add("bytes")
    for match in re.finditer(rb"(?<!end)stream\r?\n", data):
        try:
            stream = zlib.decompressobj().decompress(data[match.end() :], 20_000_000).lower()
        except zlib.error:
            continue
        if any(form in stream for form in forms):
            found.add("stream")
        if plain in b"".join(re.findall(rb"\(((?:[^()\\]|\\.)*)\)", stream)):
            found.add("shown")
    try:
        with pypdfium2.PdfDocument(data) as document:
            for page in document:
                if word.lower() in _joined(page.get_textpage().get_text_range()):
                    found.add("PDFium")
    except pypdfium2.PdfiumError:
        found.add("unreadable")
    with pymupdf.open(stream=data, filetype="pdf") as document:
        if any(word.lower() in _joined(page.get_text()) for page in document):
            found.add("MuPDF")
    return sorted(found)


def _joined(text: str) -> str:
    return "".join(text.lower().split())
