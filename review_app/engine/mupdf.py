"""One place that quiets MuPDF and names what it may raise on a hostile file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pymupdf

from review_app.domain.errors import InputRefused, ReviewError
from review_app.engine import keep_none

keep_none.keep()

# Messages would go to stdout, which belongs to data (contract, "Commands"); what matters of them is
# read from the warnings store instead.
pymupdf.TOOLS.mupdf_display_errors(False)
pymupdf.TOOLS.mupdf_display_warnings(False)

MUPDF_ERRORS: tuple[type[BaseException], ...] = (
    RuntimeError,  # pymupdf's own classes; RecursionError
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    AssertionError,
    ArithmeticError,
    SystemError,
    MemoryError,
    pymupdf.mupdf.FzErrorBase,
)
"""What PyMuPDF raises when a file is damaged: it has no common base class, and damaged structures
surface as plain Python errors from its wrappers. A programming error of ours inside the guarded calls
would look the same, so guard single calls only."""

PAGE_ERRORS: tuple[type[BaseException], ...] = (InputRefused, *MUPDF_ERRORS)
"""The same for calls that already turn some of them into a refusal."""


@contextmanager
def guarded(what: str, *, why: str = "", todo: str = "") -> Iterator[None]:
    """Turns any error of MuPDF inside the block into :class:`InputRefused` with these words.

    Raises:
        InputRefused: something inside failed. Errors of ours pass unchanged.
    """
    try:
        yield
    except ReviewError:
        raise
    except MUPDF_ERRORS:
        # The library's own text may quote the document, and its classes say nothing to a reviewer.
        why = why or "its inner structure cannot be followed"
        raise InputRefused(what, why=why, todo=todo) from None


def open_pdf(data: bytes) -> Any:
    """``pymupdf.Document`` over ``data``.

    Raises:
        InputRefused: MuPDF cannot make a document of it.
    """
    with guarded(
        "The PDF is damaged and cannot be opened",
        todo="Get the file again from its source, or repair it with another program",
    ):
        return pymupdf.Document(stream=data, filetype="pdf")
