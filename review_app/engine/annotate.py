"""Writes the annotated copy (contract, "Annotated copy"): standard annotations, a review sheet, our own keys.

qpdf writes the file: everything that is not ours is copied object by object. An encrypted source stays
encrypted, with the same passwords and permissions: a silently opened copy would be a new way out for the
document.
"""

from __future__ import annotations

import contextlib
import io
import logging
import os
import warnings
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from review_app.domain.display import shown
from review_app.domain.errors import (
    InputRefused,
    PasswordNeeded,
    ReviewError,
    UsageError,
    VerificationFailed,
)
from review_app.domain.findings import SpanFinding
from review_app.domain.geometry import Rect, bounds
from review_app.domain.sheet import ReviewSheet
from review_app.domain.vocabulary import Kind
from review_app.engine import look, own, sheetpages
from review_app.engine.geometry import Frame
from review_app.engine.marked import SPAN_KEY
from review_app.engine.marked import sheet_pages as sheet_pages_of
from review_app.engine.mupdf import guarded
from review_app.engine.newfile import Sink, new_file
from review_app.engine.own import read_own

if TYPE_CHECKING:
    from review_app.engine.documents import Document

__all__ = ["read_own", "write"]

PIKEPDF_ERRORS: tuple[type[Exception], ...] = (
    pikepdf.PdfError, pikepdf.ForeignObjectError, pikepdf.DeletedObjectError, RuntimeError, ValueError,
    TypeError, LookupError, AttributeError, ArithmeticError, MemoryError,
)
"""What qpdf's wrapper raises on damaged structures; like MuPDF's it has no common base."""

# qpdf's messages may quote the document, and stderr is no place for them; what matters raises.
logging.getLogger("pikepdf").setLevel(logging.CRITICAL)

_PRINT = 4  # annotation flag: also on paper (ISO 32000-1, table 165)


def write(
    document: Document, spans: Sequence[SpanFinding], sheet: ReviewSheet | None, out: Path,
    *, sheet_pages: bool = True,
) -> None:
    """Writes an annotated copy of ``document`` to ``out``, whole or not at all.

    Each span becomes one annotation: what an agency withheld a Square (a Highlight when it is a note or
    has several rectangles), what a reviewer proposes a ``/Redact`` that is not applied, what was turned
    down a grey Square or Highlight, never a ``/Redact``, so that no other program removes it. Marks and
    sheets of an earlier annotated copy of ours are replaced.

    Args:
        document: the open source; a text file or a picture is written as the pages made of it.
        spans: what to mark.
        sheet: names, dates and the audit head; None marks without an author and without a sheet.
        out: the new file; an existing one is replaced, the source never.
        sheet_pages: False leaves the review sheet's pages out but keeps author and audit head.

    Raises:
        UsageError: ``out`` is the source itself, or a folder.
        InputRefused: a span names a page that is not there, or the file is too damaged to be copied.
        EnvironmentProblem: the folder is missing, not writable, or the disk is full.
        VerificationFailed: the finished copy did not read back as written; nothing is left.
    """
    _check_target(document, out)
    frames = _frames(document, spans)
    pdf = _open_base(document)
    try:
        with _guarded_copy():
            _clear_ours(pdf)
            pages = len(pdf.pages)
            _annotate(pdf, spans, sheet, frames)
            if sheet is not None and sheet_pages:
                _append_sheet(pdf, spans, sheet)
            _mark_catalog(pdf, document, sheet)
            expected = len(pdf.pages)
        with new_file(out) as (file, path):
            with _guarded_copy():
                _save(pdf, file)
            file.flush()
            os.fsync(file.fileno())
            _read_back(path, document, spans, pages, expected)
    finally:
        pdf.close()


def _save(pdf: pikepdf.Pdf, out: BinaryIO) -> None:
    sink = Sink(out)
    file = cast(BinaryIO, sink)
    with warnings.catch_warnings():
        # pikepdf warns of form fields that the source itself left loose; they are copied as they are.
        warnings.simplefilter("ignore")
        if pdf.is_encrypted:  # pikepdf keeps the parameters only together with its own stream handling
            pdf.save(file, encryption=True, preserve_pdfa=False, fix_metadata_version=False)
        else:
            pdf.save(
                file, deterministic_id=True, compress_streams=False,
                stream_decode_level=pikepdf.StreamDecodeLevel.none, preserve_pdfa=False,
                fix_metadata_version=False,
            )
    if sink.error is not None:
        raise sink.error


@contextlib.contextmanager
def _guarded_copy() -> Iterator[None]:
    try:
        yield
    except (ReviewError, OSError):
        raise
    except PIKEPDF_ERRORS as error:
        raise InputRefused(
            "The document is too damaged to be copied", why=f"the writer failed with {type(error).__name__}",
            todo="Repair it with another program, then add it again",
        ) from None


def _check_target(document: Document, out: Path) -> None:
    if os.path.isdir(out):  # noqa: PTH112 - Path.is_dir raises where it may not look
        raise UsageError(f"{shown(out.name)} is a folder", todo="Give the name of a new file")
    try:
        same = out.exists() and document.path.exists() and out.samefile(document.path)
    except OSError:
        same = False
    if same:
        raise UsageError(
            "The annotated copy would overwrite its source", why="originals are never written",
            todo="Give another file name",
        )


def _frames(document: Document, spans: Sequence[SpanFinding]) -> dict[int, Frame]:
    frames: dict[int, Frame] = {}
    sheets = sheet_pages_of(document)
    for span in spans:
        if not 1 <= span.page <= document.page_count:
            raise InputRefused(
                f"A mark is on page {span.page}", why=f"the document has {document.page_count} pages",
                todo="Check that the marks belong to this document",
            )
        if span.page in sheets:
            raise InputRefused(
                f"A mark is on page {span.page}, a review sheet of an earlier annotated copy",
                why="the sheet is written anew and is no part of the document",
                todo="Mark the document's own pages",
            )
        if not span.rects:
            raise InputRefused(f"A mark on page {span.page} has no rectangle", todo="Mend the marks file")
        frame = document.frame(span.page)
        if frame is None:
            raise InputRefused(f"Page {span.page} is damaged and cannot be marked")
        frames[span.page] = frame
    return frames


def _open_base(document: Document) -> pikepdf.Pdf:
    """The source for qpdf; what only MuPDF can read is taken as MuPDF repaired it."""
    pdf = _open(document.pdf_bytes, document.password)
    if pdf is not None and len(pdf.pages) == document.page_count and not document.pdf.is_repaired:
        return pdf
    if pdf is not None and pdf.is_encrypted:
        raise InputRefused(
            "The PDF is damaged and encrypted, and cannot be copied as it is",
            why="a repaired copy would lose its encryption", todo="Repair it with another program first",
        )
    if pdf is not None:
        pdf.close()
    with guarded("The document is too damaged to be copied", todo="Repair it with another program first"):
        repaired = _open(document.pdf.tobytes(garbage=0), None)
    if repaired is None or len(repaired.pages) != document.page_count:
        raise InputRefused(
            "The document is too damaged to be copied", todo="Repair it with another program first",
        )
    return repaired


def _open(data: bytes, password: str | None) -> pikepdf.Pdf | None:
    try:
        pdf = pikepdf.open(io.BytesIO(data), password=password or "", suppress_warnings=True)
    except PIKEPDF_ERRORS:
        return None
    try:
        count = len(pdf.pages)
        if pdf.Root.Pages.get("/Count") != count:
            pdf.Root.Pages.Count = count  # the page tree counts pages that it has not; no page could be added
    except PIKEPDF_ERRORS:
        pdf.close()
        return None
    return pdf


def _clear_ours(pdf: pikepdf.Pdf) -> None:
    """Takes out the marks and sheets of an earlier annotated copy."""
    while len(pdf.pages) > 1 and _is_sheet(pdf.pages[-1].obj):
        del pdf.pages[-1]
    key = f"/{SPAN_KEY}"
    for page in pdf.pages:
        annots = page.obj.get("/Annots")
        if isinstance(annots, Array):
            kept = [a for a in annots if not (isinstance(a, Dictionary) and key in a)]
            if len(kept) != len(annots):
                page.obj.Annots = Array(kept)


def _is_sheet(page: Any) -> bool:
    try:
        return bool(page.PieceInfo[f"/{own.APP}"].Private.Kind == Name.ReviewSheet)
    except PIKEPDF_ERRORS:
        return False


def _annotate(
    pdf: pikepdf.Pdf, spans: Sequence[SpanFinding], sheet: ReviewSheet | None, frames: dict[int, Frame]
) -> None:
    by_page: dict[int, list[Any]] = {}
    resources = _resources(pdf)
    taken: set[str] = set()
    at = _pdf_date(sheet.made_at if sheet else "")
    for i, span in enumerate(spans, 1):
        name = span.id or f"span-{i}"
        while name in taken:
            name += ".2"
        taken.add(name)
        annotation = _annotation(pdf, span, sheet, frames[span.page], resources)
        annotation[f"/{SPAN_KEY}"] = String(own.span_text(span, i))
        annotation.NM = String(name)
        annotation.M = String(at)
        annotation.CreationDate = String(at)
        by_page.setdefault(span.page, []).append(pdf.make_indirect(annotation))
    for number, ours in by_page.items():
        page = pdf.pages[number - 1].obj
        theirs = page.get("/Annots")
        # A new array: the old one may be shared with another page.
        page.Annots = Array([*(theirs if isinstance(theirs, Array) else ()), *ours])
        for annotation in ours:
            annotation.P = page


def _annotation(
    pdf: pikepdf.Pdf, span: SpanFinding, sheet: ReviewSheet | None, frame: Frame, resources: Any
) -> Dictionary:
    place = bounds(span.rects)
    place = Rect(place.x0, place.y0, max(place.x1, place.x0 + 1), max(place.y1, place.y0 + 1))
    user = frame.rect_to_user(place)
    drawn = look.draw(span, span.rects, place)
    author = (sheet.authors.get(span.id) or sheet.actor) if sheet else "Review App"
    annotation = Dictionary(
        Type=Name.Annot, Rect=_numbers((user.x0, user.y0, user.x1, user.y1)), F=_PRINT,
        T=_string(author), Subj=_string(f"{look.kind_words(span)}, {span.status}"),
        Contents=_string(look.contents(span, sheet)), C=_numbers(look.colour_of(span)),
        AP=Dictionary(N=_form(pdf, drawn, frame, resources)),
    )
    quads = [v for rect in span.rects for v in frame.quad_to_user(rect)]
    if look.is_redaction(span):
        annotation.Subtype = Name.Redact
        annotation.QuadPoints = _numbers(quads)
        annotation.IC = Array([0, 0, 0])
        annotation.DA = String("/Helv 9 Tf 1 1 1 rg")
        annotation.Q = 1
        overlay = ", ".join(c.code for c in span.codes) or span.label
        if overlay:
            annotation.OverlayText = _string(overlay)
            annotation.Repeat = False
    elif span.kind is Kind.NOTE or len(span.rects) > 1:
        annotation.Subtype = Name.Highlight
        annotation.QuadPoints = _numbers(quads)
    else:
        annotation.Subtype = Name.Square
        annotation.BS = Dictionary(W=1.2, S=Name.S)
    return annotation


def _form(pdf: pikepdf.Pdf, drawn: look.Look, frame: Frame, resources: Any) -> Any:
    """The appearance, drawn upright as displayed; readers fit the turned box into ``/Rect``
    (ISO 32000-1, 12.5.5), which also takes care of UserUnit."""
    form = pdf.make_stream(drawn.operators)
    form.Type = Name.XObject
    form.Subtype = Name.Form
    form.BBox = _numbers((0.0, 0.0, drawn.width, drawn.height))
    form.Matrix = Array({
        0: [1, 0, 0, 1, 0, 0], 90: [0, 1, -1, 0, 0, 0], 180: [-1, 0, 0, -1, 0, 0], 270: [0, -1, 1, 0, 0, 0],
    }[frame.turn])
    form.Resources = resources
    return form


def _resources(pdf: pikepdf.Pdf) -> Any:
    return pdf.make_indirect(Dictionary(
        ExtGState=Dictionary(
            GN=Dictionary(Type=Name.ExtGState, BM=Name.Normal, ca=1, CA=1),
            GM=Dictionary(Type=Name.ExtGState, BM=Name.Multiply, ca=0.16, CA=1),
        ),
        Font=Dictionary(Helv=Dictionary(
            Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding,
        )),
    ))


def _append_sheet(pdf: pikepdf.Pdf, spans: Sequence[SpanFinding], sheet: ReviewSheet) -> None:
    first = len(pdf.pages)
    with pikepdf.open(io.BytesIO(sheetpages.typeset_sheet(spans, sheet))) as made:
        pdf.pages.extend(made.pages)
    at = String(_pdf_date(sheet.made_at))
    for page in list(pdf.pages)[first:]:
        page.obj.PieceInfo = Dictionary({
            f"/{own.APP}": Dictionary(LastModified=at, Private=Dictionary(Kind=Name.ReviewSheet)),
        })
    if "/PageLabels" in pdf.Root:
        labels = pikepdf.NumberTree(pdf.Root.PageLabels)
        labels[first] = Dictionary(P=String("Review sheet "), S=Name.D)


def _mark_catalog(pdf: pikepdf.Pdf, document: Document, sheet: ReviewSheet | None) -> None:
    info = pdf.Root.get("/PieceInfo")
    if not isinstance(info, Dictionary):
        info = pdf.Root.PieceInfo = Dictionary()
    info[f"/{own.APP}"] = Dictionary(
        LastModified=String(_pdf_date(sheet.made_at if sheet else "")),
        Private=Dictionary(Anchor=String(own.anchor_text(sheet, document.sha256)), Format=own.FORMAT),
    )


def _numbers(values: Sequence[float]) -> Array:
    return Array([round(float(v), 4) for v in values])


def _string(text: str) -> String:
    """A text string; lone halves of surrogate pairs cannot be written and are shown as U+FFFD."""
    return String(text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace"))


def _pdf_date(iso: str) -> str:
    """``D:YYYYMMDDHHmmSSZ``; now when the time given is not one."""
    try:
        moment = datetime.fromisoformat(iso)
    except ValueError:
        moment = datetime.now(UTC)
    return moment.astimezone(UTC).strftime("D:%Y%m%d%H%M%SZ")


def _read_back(path: Path, source: Document, spans: Sequence[SpanFinding], pages: int, expected: int) -> None:
    """Opens the finished copy as anybody would: same pages, all marks there."""
    from review_app.engine.documents import open_document  # documents needs content, which needs no writer

    failed = VerificationFailed(
        "The annotated copy did not read back as it was written", why="nothing was kept of it",
        todo="Report this; the source and the workspace are unchanged",
    )
    try:
        with open_document(path, passwords=[source.password] if source.password else []) as copy:
            sizes = ((source.size(n), copy.size(n)) for n in range(1, min(pages, copy.page_count) + 1))
            if copy.page_count != expected or any(
                max(abs(before[0] - after[0]), abs(before[1] - after[1])) > 0.01 for before, after in sizes
            ):
                raise InputRefused(
                    "The document is too damaged to be copied", todo="Repair it with another program first",
                    why="two PDF libraries read its pages differently, so a copy may show something else",
                )
            found = read_own(copy)
            if found is None or len(found.spans) < len({s.id for s in spans if s.id}):
                raise failed
    except PasswordNeeded:
        raise failed from None
