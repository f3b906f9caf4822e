"""Which form an overview goes out in: the end of the file's name says it."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from review_app.domain.display import shown
from review_app.domain.errors import UsageError
from review_app.domain.overview_report import Writer

_FORMS = {".html": "page", ".svg": "svg", ".png": "png"}
SUFFIXES = tuple(_FORMS)
"""What the name of an exported overview may end in."""


def writer_for(out: Path) -> Writer:
    """What writes a file of this name.

    Raises:
        UsageError: the name ends in nothing that is known.
    """
    form = _FORMS.get(out.suffix.lower())
    if form is None:
        raise UsageError(
            f"{shown(out.name)} names no kind of report",
            why="an overview is a page for a browser or a picture",
            todo="Let the name end in .html, .svg or .png",
        )
    found: Writer = import_module(f"review_app.reports.{form}").write  # each brings what only it needs
    return found
