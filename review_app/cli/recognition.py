"""The options of every command that reads documents: whether and how text in pictures is recognised."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from review_app.cli.options import FolderType
from review_app.domain.ocr import OcrEngine, OcrMode, OcrSettings, languages_of

_OPTIONS = (
    click.option(
        "--ocr", "mode", type=click.Choice([str(m) for m in OcrMode]), default="auto", show_default=True,
        help="Recognise text: on pages without a usable text layer, on no page, on all that show a picture.",
    ),
    click.option(
        "--ocr-engine", "engine", type=click.Choice([str(e) for e in OcrEngine]), default="auto",
        show_default=True, help="What recognises; auto takes Tesseract, else MuPDF with --tessdata.",
    ),
    click.option(
        "--ocr-lang", "languages", default="eng", show_default=True, metavar="LANG",
        help="Languages of the pages, joined by +, for example eng+nld.",
    ),
    click.option(
        "--tessdata", type=FolderType, envvar="REVIEW_APP_TESSDATA", metavar="DIR",
        help="Folder with language files (eng.traineddata).",
    ),
)


def ocr_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command the options, and itself the argument ``ocr``: the settings they make."""

    @functools.wraps(command)
    def with_settings(
        *args: Any, mode: str, engine: str, languages: str, tessdata: Path | None, **others: Any
    ) -> Any:
        settings = OcrSettings(
            mode=OcrMode(mode), engine=OcrEngine(engine), languages=languages_of(languages),
            tessdata=str(tessdata.absolute()) if tessdata is not None and tessdata.name else "",
        )
        return command(*args, ocr=settings, **others)

    wrapped: Callable[..., Any] = with_settings
    for option in reversed(_OPTIONS):
        wrapped = option(wrapped)
    return wrapped
