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


def _with(which: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    mode_option = click.option(
        "--ocr", "mode", type=click.Choice([str(m) for m in OcrMode]), default="auto", show_default=True,
        help=which,
    )

    def decorated(command: Callable[..., Any]) -> Callable[..., Any]:
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
        for option in reversed((mode_option, *_OPTIONS)):
            wrapped = option(wrapped)
        return wrapped

    return decorated


ocr_options = _with(
    "Recognise text: on pages without a usable text layer, on no page, on all that show a picture."
)
"""Gives a command the options, and itself the argument ``ocr``: the settings they make."""

check_ocr_options = _with(
    "Read the marked places of the copy by text recognition: on scans and pictures where it is installed, "
    "on no page, on all marked pages."
)
"""The same for commands that attack a release copy."""
