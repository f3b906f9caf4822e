"""Opens a file as pages: PDF, pictures as scan pages, text typeset. Everything else is refused."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import pymupdf

from review_app.domain.content import PageContent
from review_app.domain.display import shown
from review_app.domain.errors import InputRefused, PasswordNeeded
from review_app.engine import content, sniff, textfile
from review_app.engine.geometry import Frame, frame_of
from review_app.engine.linemap import LineMap
from review_app.engine.mupdf import MUPDF_ERRORS, PAGE_ERRORS, guarded, open_pdf
from review_app.engine.typeset import typeset

MAX_FILE_BYTES = 1024 * 1024 * 1024
"""Larger files are refused: a child holds the whole file in memory so that it cannot change under it."""

MAX_PAGES = 50_000
"""More pages are refused: ten times the largest release known to the performance study."""

MAX_PICTURE_PIXELS = 400_000_000
"""Larger scans are refused: decoded they would take more than a gigabyte. A0 at 400 dpi is 250 million."""

_LETTER = (612.0, 792.0)
_AGAIN = "Get the file again from its source"


class Document:
    """An open file as pages. Use as a context manager; one thread only.

    Attributes:
        path: where it was read from.
        name: as shown to people, escaped.
        media_type: ``application/pdf``, ``text/plain``, ``image/tiff``, ``image/png``, ``image/jpeg``.
        sha256: of the file's bytes, hexadecimal.
        pdf: the ``pymupdf.Document`` behind the pages: the file itself, or what was made of it.
        pdf_bytes: the same as bytes; for a PDF the file's own bytes.
        password: the password that opened an encrypted file, else None.
        linemap: for text files the way between lines and places, else None.
    """

    def __init__(
        self, path: Path, name: str, media_type: str, sha256: str, pdf_bytes: bytes, pdf: Any,
        warnings: Sequence[str], linemap: LineMap | None = None, password: str | None = None,
        page_count: int | None = None,
    ) -> None:
        self.path = path
        self.name = name
        self.media_type = media_type
        self.sha256 = sha256
        self.pdf_bytes = pdf_bytes
        self.pdf = pdf
        self.linemap = linemap
        self.password = password
        self._warnings = list(warnings)
        self._frames: dict[int, Frame | None] = {}
        self._damaged: set[int] = set()
        self._bare: Any = None
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
        if self._bare is not None:
            self._bare.close()
            self._bare = None
        if not self.pdf.is_closed:
            self.pdf.close()

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
        if not content.has_own_marks(self.pdf, page):
            return page
        if self._bare is None:
            with guarded("The annotated copy is damaged and cannot be read", todo=_AGAIN):
                self._bare = open_pdf(self.pdf_bytes)
                if self.password is not None:
                    self._bare.authenticate(self.password)
        with guarded(f"Page {number} is damaged and cannot be read", todo=_AGAIN):
            page = self._bare[number - 1]
            for xref, *_ in page.annot_xrefs():
                if content.is_own_mark(self._bare, xref):
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

    def content(self, number: int) -> PageContent:
        """What detection may look at; an empty page, and a warning, where the page cannot be read.

        Raises:
            InputRefused: there is no such page.
        """
        return content.of_page(self, number)


def open_document(path: Path, *, passwords: Sequence[str] = (), name: str | None = None) -> Document:
    """Opens a file by what it holds, whatever it is called.

    Args:
        path: the file.
        passwords: tried one after the other on an encrypted PDF.
        name: how the file is called in messages, when ``path`` is only a copy.

    Raises:
        PasswordNeeded: encrypted, and none of the passwords opens it.
        InputRefused: missing, unreadable, empty, damaged, unsupported, over a limit, or changed meanwhile.
    """
    label = shown(name if name is not None else path.name)
    data = _read(path)
    digest = hashlib.sha256(data).hexdigest()
    kind = sniff.media_type(data)
    if kind == "text/plain":
        return _open_text(path, label, digest, data)
    if kind != "application/pdf":
        return _open_picture(path, label, digest, data, kind)
    return _open_pdf(path, label, digest, data, passwords)


def _read(path: Path) -> bytes:
    """The whole file, refused when it is not a file, not readable, too large, empty, or changes meanwhile."""
    try:
        # Non-blocking, or a named pipe without a writer would hold us for ever.
        fd = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except FileNotFoundError:
        raise InputRefused("The file does not exist", todo="Check the name and the folder") from None
    except PermissionError as error:
        if os.path.isdir(path):  # noqa: PTH112 - says so of folders on Windows; Path.is_dir may itself raise
            raise _folder() from None
        raise InputRefused(
            "The file may not be read", why="its permissions do not allow it",
            todo="Ask its owner for the right to read it",
        ) from error
    except (OSError, ValueError) as error:
        raise InputRefused("The file cannot be opened", why=_reason(error)) from None
    try:
        with os.fdopen(fd, "rb") as file:
            before = os.fstat(file.fileno())
            if stat.S_ISDIR(before.st_mode):
                raise _folder()
            if not stat.S_ISREG(before.st_mode):
                raise InputRefused("It is not a file but a device or pipe", todo="Give a file")
            if before.st_size == 0:
                raise InputRefused("The file is empty", todo="Check that it was copied whole")
            if before.st_size > MAX_FILE_BYTES:
                raise InputRefused(
                    f"The file is larger than {MAX_FILE_BYTES // 2**20} MB", todo="Split it into parts",
                )
            data = file.read(MAX_FILE_BYTES + 1)
            after = os.fstat(file.fileno())
        now = path.stat()
    except FileNotFoundError:
        raise _changed() from None
    except IsADirectoryError:
        raise _folder() from None
    except OSError as error:
        raise InputRefused("The file cannot be read to its end", why=_reason(error)) from None
    same = _fingerprint(before) == _fingerprint(after) == _fingerprint(now)
    if not same or len(data) != before.st_size:
        raise _changed()
    return data


def _fingerprint(state: os.stat_result) -> tuple[int, ...]:
    return (state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns)


def _changed() -> InputRefused:
    return InputRefused(
        "The file changed while it was read", why="what was read may be half old and half new",
        todo="Wait until it is written, then add it again",
    )


def _folder() -> InputRefused:
    return InputRefused("It is a folder, not a file", todo="Give a file")


def _reason(error: Exception) -> str:
    return (getattr(error, "strerror", None) or type(error).__name__).lower()


def _open_text(path: Path, name: str, digest: str, data: bytes) -> Document:
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


def _open_pdf(path: Path, name: str, digest: str, data: bytes, passwords: Sequence[str]) -> Document:
    pdf = open_pdf(data)
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
        path, name, "application/pdf", digest, data, pdf, warnings, password=password, page_count=count,
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
            if count == listed and _lists_all(data, pdf, count) else
            "The PDF is damaged and was repaired for reading: pages or parts of pages may be missing. "
            "Compare with the source"
        )
    if sheets := content.sheet_pages(document):
        document.warn(
            f"The last {len(sheets)} pages are marked as a review sheet of this program and are not searched"
            if len(sheets) > 1
            else "The last page is marked as a review sheet of this program and is not searched"
        )
    return document


def _lists_all(data: bytes, pdf: Any, count: int) -> bool:
    """True when a repaired file lost nothing that its page tree speaks of: it ends where a PDF ends, and
    each page it lists is there with the content it names."""
    if b"%%EOF" not in data[-1024:]:
        return False
    try:
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
