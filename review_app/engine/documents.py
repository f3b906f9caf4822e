"""Opens a file as pages: PDF, pictures as scan pages, text typeset. Everything else is refused."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import pymupdf

from review_app.domain.display import shown
from review_app.domain.errors import InputRefused, PasswordNeeded
from review_app.engine import marked, sniff, wholefile
from review_app.engine.geometry import Frame, TreeSizes, frame_of
from review_app.engine.mupdf import MUPDF_ERRORS, PAGE_ERRORS, guarded, open_pdf

if TYPE_CHECKING:
    from review_app.domain.content import PageContent
    from review_app.engine.linemap import LineMap

MAX_PAGES = 50_000
"""More pages are refused: ten times the largest release known to the performance study."""

MAX_PICTURE_PIXELS = 400_000_000
"""Larger scans are refused: decoded they would take more than a gigabyte. A0 at 400 dpi is 250 million."""

IN_PLACE_BYTES = 32 * 1024 * 1024
"""A larger PDF may be read where it lies, page by page: a child then needs a tenth of its size in memory, and
shows its first page before it has read the rest."""

_LETTER = (612.0, 792.0)
_HEAD = 4096
_AGAIN = "Get the file again from its source"


class Document:
    """An open file as pages. Use as a context manager; one thread only.

    Attributes:
        path: where it was read from.
        name: as shown to people, escaped.
        media_type: ``application/pdf``, ``text/plain``, ``image/tiff``, ``image/png``, ``image/jpeg``.
        pdf: the ``pymupdf.Document`` behind the pages: the file itself, or what was made of it.
        password: the password that opened an encrypted file, else None.
        linemap: for text files the way between lines and places, else None.
    """

    def __init__(
        self, path: Path, name: str, media_type: str, digest: str | None, data: bytes | None, pdf: Any,
        warnings: Sequence[str], linemap: LineMap | None = None, password: str | None = None,
        page_count: int | None = None,
    ) -> None:
        self.path = path
        self.name = name
        self.media_type = media_type
        self._digest = digest
        self._data = data
        self.pdf = pdf
        self.linemap = linemap
        self.password = password
        self._warnings = list(warnings)
        self._frames: dict[int, Frame | None] = {}
        self._damaged: set[int] = set()
        self._bare: Any = None
        self._sizes: TreeSizes | None = None
        self.page_count: int = pdf.page_count if page_count is None else page_count

    def __enter__(self) -> Document:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Gives the memory back; the document cannot be used afterwards."""
        self._frames.clear()
        self._sizes = None
        if self._bare is not None:
            self._bare.close()
            self._bare = None
        if not self.pdf.is_closed:
            self.pdf.close()

    @property
    def sha256(self) -> str:
        """Of the file's bytes, hexadecimal; computed when first asked for.

        Raises:
            InputRefused: a file that is read in place can no longer be read.
        """
        if self._digest is None:
            self._digest = hashlib.sha256(self._data).hexdigest() if self._data is not None else \
                wholefile.digest(self.path)
        return self._digest

    @property
    def pdf_bytes(self) -> bytes:
        """The PDF behind the pages as bytes; for a PDF the file's own. One read in place is read now.

        Raises:
            InputRefused: it can no longer be read.
        """
        if self._data is None:
            return wholefile.read(self.path)
        return self._data

    @property
    def bytes_held(self) -> int:
        """Bytes of it in memory; 0 for one that is read in place."""
        return len(self._data) if self._data is not None else 0

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reviewer must know of this file; reading damaged pages may add to it."""
        return tuple(self._warnings)

    def warn(self, text: str) -> None:
        """Adds a warning once."""
        if text not in self._warnings:
            self._warnings.append(text)

    def damage(self, number: int) -> None:
        """Notes that something of a page, a picture or all of it, could not be read."""
        self._damaged.add(number)

    def is_damaged(self, number: int) -> bool:
        """True when something of the page could not be read when it was last read or drawn."""
        return number in self._damaged

    def page(self, number: int) -> Any:
        """The ``pymupdf.Page``, counted from 1.

        Raises:
            InputRefused: there is no such page, or it is damaged beyond reading.
        """
        if not 1 <= number <= self.page_count:
            raise InputRefused(f"The document has no page {number}", why=f"it has {self.page_count}")
        with guarded(f"Page {number} is damaged and cannot be read", todo=_AGAIN):
            return self.pdf[number - 1]

    def bare_page(self, number: int) -> Any:
        """The page without the marks of this program: what the document itself shows.

        Raises:
            InputRefused: there is no such page, or it is damaged beyond reading.
        """
        page = self.page(number)
        if not marked.has_own_marks(self.pdf, page):
            return page
        if self._bare is None:
            with guarded("The annotated copy is damaged and cannot be read", todo=_AGAIN):
                self._bare = open_pdf(self.pdf_bytes)
                if self.password is not None:
                    self._bare.authenticate(self.password)
        with guarded(f"Page {number} is damaged and cannot be read", todo=_AGAIN):
            page = self._bare[number - 1]
            for xref, *_ in page.annot_xrefs():
                if marked.is_own_mark(self._bare, xref):
                    page.delete_annot(page.load_annot(xref))
            return page

    def frame(self, number: int) -> Frame | None:
        """The page's measures, None for a page that cannot be read."""
        if number not in self._frames:
            try:
                self._frames[number] = frame_of(self.page(number))
            except PAGE_ERRORS:
                self._frames[number] = None
                self.damage(number)
                self.warn(f"Page {number} is damaged and cannot be shown")
        return self._frames[number]

    def size(self, number: int) -> tuple[float, float]:
        """Width and height in points as displayed; a Letter page for one that cannot be read.

        Raises:
            InputRefused: there is no such page.
        """
        if not 1 <= number <= self.page_count:
            raise InputRefused(f"The document has no page {number}", why=f"it has {self.page_count}")
        frame = self.frame(number)
        return (frame.width, frame.height) if frame else _LETTER

    def quick_size(self, number: int) -> tuple[float, float]:
        """As :meth:`size`, from the page tree alone where that says it: a sixth of the time.

        Raises:
            InputRefused: there is no such page.
        """
        if number in self._frames or not 1 <= number <= self.page_count:
            return self.size(number)
        try:
            if self._sizes is None:
                self._sizes = TreeSizes(self.pdf)
            return self._sizes.of(number)
        except PAGE_ERRORS:
            return self.size(number)

    def content(self, number: int) -> PageContent:
        """What detection may look at; an empty page, and a warning, where the page cannot be read.

        Raises:
            InputRefused: there is no such page.
        """
        from review_app.engine import content  # a child that only draws pages comes up without it

        return content.of_page(self, number)


def open_document(
    path: Path, *, passwords: Sequence[str] = (), name: str | None = None, in_place: bool = False
) -> Document:
    """Opens a file by what it holds, whatever it is called.

    Args:
        path: the file.
        passwords: tried one after the other on an encrypted PDF.
        name: how the file is called in messages, when ``path`` is only a copy.
        in_place: read a PDF larger than IN_PLACE_BYTES where it lies instead of whole; only for a file that
            nobody changes meanwhile, or whose changing is looked for elsewhere.

    Raises:
        PasswordNeeded: encrypted, and none of the passwords opens it.
        InputRefused: missing, unreadable, empty, damaged, unsupported, over a limit, or changed meanwhile.
    """
    label = shown(name if name is not None else path.name)
    if in_place and (pdf := _large_pdf(path)) is not None:
        return _open_pdf(path, label, None, pdf, passwords)
    data = wholefile.read(path)
    kind = sniff.media_type(data)
    if kind == "application/pdf":
        return _open_pdf(path, label, data, open_pdf(data), passwords)
    digest = hashlib.sha256(data).hexdigest()
    if kind == "text/plain":
        return _open_text(path, label, digest, data)
    return _open_picture(path, label, digest, data, kind)


def _large_pdf(path: Path) -> Any:
    """A large PDF, opened where it lies; None for any other file, which is then read, or refused, whole."""
    try:
        state = path.stat()
        if not stat.S_ISREG(state.st_mode) or not IN_PLACE_BYTES < state.st_size <= wholefile.MAX_BYTES:
            return None
        with path.open("rb") as file:
            if sniff.media_type(file.read(_HEAD)) != "application/pdf":
                return None
    except (OSError, ValueError, InputRefused):
        return None
    with guarded("The PDF is damaged and cannot be opened", todo=_AGAIN):
        return pymupdf.Document(os.fspath(path), filetype="pdf")


def _open_text(path: Path, name: str, digest: str, data: bytes) -> Document:
    from review_app.engine import textfile
    from review_app.engine.typeset import typeset

    file = textfile.decode(data)
    if name.lower().endswith(".pdf"):
        # What a failed download or a damaged header leaves: as a text it would pass for the document.
        raise InputRefused(
            "The file is named .pdf but is no PDF", why="it holds plain text and does not begin like a PDF",
            todo="Get it again from its source; if its text is the document, give it a name ending in .txt",
        )
    pages = typeset(file.lines)
    if pages.map.page_count > MAX_PAGES:
        raise _too_many(pages.map.page_count)
    warnings = [*file.warnings, *pages.warnings]
    return Document(
        path, name, "text/plain", digest, pages.pdf, open_pdf(pages.pdf), warnings, linemap=pages.map,
    )


def _open_picture(path: Path, name: str, digest: str, data: bytes, media_type: str) -> Document:
    what = "The picture is damaged and cannot be opened"
    todo = _AGAIN
    with guarded(what, todo=todo):
        pictures = pymupdf.Document(stream=data, filetype=media_type.partition("/")[2])
        count = pictures.page_count
    if count < 1:
        raise InputRefused(what, why="it holds no page", todo=todo)
    if count > MAX_PAGES:
        raise _too_many(count)
    pixels = sniff.picture_pixels(data, media_type)
    if pixels > MAX_PICTURE_PIXELS:
        raise InputRefused(
            f"The picture has {pixels // 10**6} million pixels",
            why=f"more than {MAX_PICTURE_PIXELS // 10**6} million do not fit into memory",
            todo="Scan it at a lower resolution",
        )
    with guarded(what, todo=todo):
        pdf_bytes = pictures.convert_to_pdf()
        pictures.close()
    return Document(path, name, media_type, digest, pdf_bytes, open_pdf(pdf_bytes), ())


def _open_pdf(
    path: Path, name: str, data: bytes | None, pdf: Any, passwords: Sequence[str]
) -> Document:
    """``data`` is None for a file that is read in place."""
    password = None
    warnings: list[str] = []
    what = "The PDF is damaged and cannot be opened"
    todo = "Get the file again from its source, or repair it with another program"
    with guarded(what, todo=todo):
        if pdf.needs_pass:
            password = _unlock(pdf, passwords)
        count = int(pdf.page_count)
        repaired = bool(pdf.is_repaired)
        if pdf.get_sigflags() > 0:
            warnings.append("The PDF is digitally signed; the signature does not hold for an annotated copy")
    if count < 1:
        why = "its list of pages is lost" if repaired else "it is a PDF without any page"
        raise InputRefused("The PDF has no pages", why=why, todo=todo)
    if count > MAX_PAGES:
        raise _too_many(count)
    listed, count = count, _without_missing(pdf, count)
    if count < listed:
        warnings.append(
            f"The PDF says that it has {listed:,} pages, but the last {listed - count:,} of them are missing"
        )
    document = Document(
        path, name, "application/pdf", None, data, pdf, warnings, password=password, page_count=count,
    )
    if count < 1 or (repaired and all(_is_lost(document, n) for n in range(1, count + 1))):
        raise InputRefused(
            "The PDF is damaged and none of its pages can be read",
            why="the file was cut off or overwritten", todo=todo,
        )
    if repaired:
        document.warn(
            f"The PDF's index of its objects is wrong and was made anew; all {count:,} pages that "
            "it lists are there. Compare with the source if anything seems to be missing"
            if count == listed and _lists_all(path, data, pdf, count) else
            "The PDF is damaged and was repaired for reading: pages or parts of pages may be missing. "
            "Compare with the source"
        )
    if sheets := marked.sheet_pages(document):
        document.warn(
            f"The last {len(sheets)} pages are marked as a review sheet of this program and are not searched"
            if len(sheets) > 1
            else "The last page is marked as a review sheet of this program and is not searched"
        )
    return document


def _lists_all(path: Path, data: bytes | None, pdf: Any, count: int) -> bool:
    """True when a repaired file lost nothing that its page tree speaks of: it ends where a PDF ends, and
    each page it lists is there with the content it names."""
    try:
        if b"%%EOF" not in (data[-1024:] if data is not None else wholefile.tail(path)):
            return False
        kind, listed = pdf.xref_get_key(pdf.pdf_catalog(), "Pages/Count")
        return kind == "int" and int(listed) == count and all(
            pdf.xref_is_stream(stream) for number in range(count) for stream in pdf[number].get_contents()
        )
    except PAGE_ERRORS:
        return False


def _unlock(pdf: Any, passwords: Sequence[str]) -> str:
    for password in passwords:
        if pdf.authenticate(password):
            return password
    tried = len(passwords)
    why = "none of the passwords given opens it" if tried else "it opens only with a password"
    raise PasswordNeeded("The PDF is encrypted", why=why, todo="Give its password")


def _too_many(count: int) -> InputRefused:
    return InputRefused(
        f"The document has {count:,} pages, more than {MAX_PAGES:,}", todo="Split it into parts",
    )


def _without_missing(pdf: Any, count: int) -> int:
    """How many pages are left without those at the end that the page tree counts but does not have."""
    while count:
        try:
            pdf.load_page(count - 1)
        except MUPDF_ERRORS:
            count -= 1
        else:
            break
    return count


def _is_lost(document: Document, number: int) -> bool:
    """True when a page cannot be loaded, or names content of which not even the operators can be read. A page
    that names none is blank, not lost."""
    try:
        page = document.page(number)
        named = document.pdf.xref_get_key(page.xref, "Contents")[0] != "null"
        return named and not page.read_contents().strip()
    except PAGE_ERRORS:
        return True
