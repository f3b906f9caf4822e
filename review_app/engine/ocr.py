"""Which engine reads pages without a usable text layer, and what it reads.

Order: the Tesseract program when it is on the machine, else MuPDF's own with a folder of language files that
the user named. RapidOCR (the extra ``review-app[ocr]``) reads pages on which these are unsure, and all pages
when it is chosen or alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from review_app.domain.display import shown
from review_app.domain.errors import EnvironmentProblem
from review_app.domain.ocr import OcrEngine, OcrSettings
from review_app.engine import ocr_mupdf, ocr_rapid, ocr_tesseract, ocr_turned
from review_app.engine.ocr_mupdf import MuPdf
from review_app.engine.ocr_picture import page_picture
from review_app.engine.ocr_rapid import RapidOcr
from review_app.engine.ocr_second import WithSecond
from review_app.engine.ocr_tesseract import Tesseract
from review_app.engine.ocr_types import EngineFailed, Found, Recogniser

if TYPE_CHECKING:
    from review_app.engine.documents import Document

HOW = (
    "install Tesseract (the README says how) or name a folder of language files with --tessdata; "
    "'review-app doctor' shows what was found"
)
"""How a person gets pages read."""


def recogniser(settings: OcrSettings) -> Recogniser:
    """The engine of a run.

    Raises:
        EnvironmentProblem: there is none, or it lacks a language.
    """
    wanted = settings.engine
    if wanted in (OcrEngine.AUTO, OcrEngine.TESSERACT):
        there = _tesseract(settings)
        if there is not None:
            _check_languages(there.languages, settings, "Tesseract")
            return _with_second(Tesseract(there, settings.languages, settings.tessdata), settings)
        if wanted is OcrEngine.TESSERACT:
            raise _missing("Tesseract was not found on this machine", "it was chosen with --ocr-engine")
    if wanted in (OcrEngine.AUTO, OcrEngine.MUPDF):
        names = ocr_mupdf.languages(settings.tessdata)
        if names:
            _check_languages(names, settings, "The folder of language files")
            return _with_second(MuPdf(settings.languages, settings.tessdata), settings)
        if wanted is OcrEngine.MUPDF or settings.tessdata:
            raise _missing(
                "No language files (eng.traineddata and the like) were found for MuPDF",
                "the folder that --tessdata names holds none" if settings.tessdata
                else "no folder was named with --tessdata",
            )
    version = ocr_rapid.version()
    if version is not None:
        return RapidOcr(version)
    if wanted is OcrEngine.RAPIDOCR:
        raise _missing(
            "RapidOCR is not installed", "it was chosen with --ocr-engine",
            "Install review-app with its extra: pip install 'review-app[ocr]'; 'review-app doctor' shows it",
        )
    raise _missing("No engine that recognises text was found", "pages without a text layer cannot be read")


def engines(settings: OcrSettings) -> list[dict[str, str]]:
    """Every engine the program can use: ``name``, ``works`` (empty when not) and ``text`` for people."""
    try:
        there = ocr_tesseract.installed(settings.tessdata)
        said = (
            "not found" if there is None
            else f"{there.version}, languages: {', '.join(there.languages) or 'none'}, "
            f"{shown(there.program)}"
        )
        rows = [_row("tesseract", there is not None and bool(there.languages), said)]
    except EngineFailed as error:
        rows = [_row("tesseract", False, str(error))]
    names = ocr_mupdf.languages(settings.tessdata)
    where = f"in {shown(settings.tessdata)}" if settings.tessdata else "no folder named with --tessdata"
    said = f"{ocr_mupdf.version()}, language files: {', '.join(names) or 'none'} ({where})"
    rows.append(_row("mupdf recognition", bool(names), said))
    version = ocr_rapid.version()
    said = "not installed; reads worn stamps that the others cannot (pip install 'review-app[ocr]')"
    rows.append(_row("rapidocr", version is not None, version or said))
    return rows


def _row(name: str, works: bool, text: str) -> dict[str, str]:
    return {"name": name, "works": "yes" if works else "", "text": text}


def _tesseract(settings: OcrSettings) -> ocr_tesseract.Installed | None:
    try:
        return ocr_tesseract.installed(settings.tessdata)
    except EngineFailed as error:
        if settings.engine is OcrEngine.TESSERACT:
            raise _missing(f"Tesseract was found but does not work: {error}", "no page can be read") from None
        return None


def _check_languages(names: tuple[str, ...], settings: OcrSettings, what: str) -> None:
    missing = [name for name in settings.languages if name not in names]
    if missing:
        raise EnvironmentProblem(
            f"{what} has no language file for {', '.join(missing)}",
            why=f"it has {', '.join(names[:20]) or 'none'}",
            todo="Install it (on Debian: the package tesseract-ocr-" + missing[0].replace("_", "-")
            + "), or choose others with --ocr-lang",
        )


def _with_second(first: Recogniser, settings: OcrSettings) -> Recogniser:
    """The engine, and RapidOCR for hard pages where no engine was chosen and it is there."""
    version = ocr_rapid.version() if settings.engine is OcrEngine.AUTO else None
    return first if version is None else WithSecond(first, RapidOcr(version))


def _missing(what: str, why: str, todo: str = HOW[0].upper() + HOW[1:]) -> EnvironmentProblem:
    return EnvironmentProblem(what, why=why, todo=todo)


def read(document: Document, number: int, engine: Recogniser) -> list[Found] | None:
    """The words of a page, in page space. None for a page on which nothing is.

    Raises:
        EngineFailed: the page cannot be read.
    """
    drawn = page_picture(document, number)
    if drawn is None:
        return None
    picture, scale = drawn
    return [
        Found(f.text, f.x0 / scale, f.y0 / scale, f.x1 / scale, f.y1 / scale, f.sure)
        for f in ocr_turned.read(engine, picture)
    ]
