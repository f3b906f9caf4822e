"""Makes a release copy of one document and writes it beside its final name; the verifier runs elsewhere."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

from review_app.domain.errors import EnvironmentProblem, UsageError
from review_app.domain.guessing import Gap, gap_of
from review_app.domain.marks import check_document, read_marks
from review_app.engine import redact
from review_app.engine.documents import open_document
from review_app.workers.request import Request

METHODS = ("remove", "raster")


def release(request: Request) -> dict[str, Any]:
    """Write the copy to ``out``; what was done, in numbers, and where codes are. No text of the document.

    Raises:
        UsageError: there is no such method.
        InputRefused: the marks are not for this file, or something on a page cannot be removed safely.
        EnvironmentProblem: ``out`` cannot be written.
    """
    method = str(request.params.get("method") or "remove")
    if method not in METHODS:
        raise UsageError(f"There is no method {method!r}", todo="Use remove or raster")
    marks = read_marks(request.params["marks"])
    pages = frozenset(int(n) for n in request.params.get("raster_pages") or ())
    options = redact.Options(
        raster=method == "raster", raster_pages=pages, black=bool(request.params.get("black")),
        gap=gap_of(request.params.get("gap") or Gap.KEEP),
        reocr=request.ocr if request.params.get("reocr") else None,
    )
    with open_document(request.path, passwords=request.passwords, name=request.name) as document:
        check_document(marks, document.sha256)
        made = redact.make(document, marks.marks, options, request.progress)
        original, count = document.sha256, document.page_count
    out = Path(str(request.params["out"]))
    try:
        with out.open("wb") as file:
            file.write(made.data)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise EnvironmentProblem(
            "The release copy could not be written", why=(error.strerror or type(error).__name__).lower(),
            todo="Free space or choose another folder, then try again",
        ) from None
    return {
        "sha256": hashlib.sha256(made.data).hexdigest(), "original_sha256": original, "page_count": count,
        "marks": len(marks.marks), "raster_pages": made.raster_pages, "glyphs": made.glyphs,
        "paths": made.paths, "images": made.images, "flattened": made.flattened, "left_out": made.left_out,
        "was_signed": made.was_signed, "links": made.links, "bookmarks": made.titles,
        "tags": "left out" if made.had_tags else "none", "is_blind": made.is_blind, "reocr": {
            "words": made.recognised, "engine": made.reader, "failed": made.unread,
        } if options.reocr is not None and made.raster_pages else {},
        "gaps": {mark: str(gap) for mark, gap in made.gaps.items()}, "undefended": made.undefended,
        "extended": {mark: [r.as_list() for r in rects] for mark, rects in made.extended.items()},
        "codes": [
            {"mark": c.mark, "page": c.page, "where": c.where, "rect": c.rect.as_list(), "text": c.text}
            for c in made.codes
        ],
    }
