"""What a release copy would remove and what its gaps would give away, as a task."""

from __future__ import annotations

from typing import Any

from review_app.domain.marks import check_document, read_marks
from review_app.engine import planning
from review_app.engine.documents import Document
from review_app.workers.request import Request


def plan(document: Document, request: Request) -> dict[str, Any]:
    """The plan of :func:`review_app.engine.planning.plan` in plain form. Text of the document stands in it.

    Raises:
        InputRefused: the marks are not for this file, or lie on no page of it.
    """
    marks = read_marks(request.params["marks"])
    check_document(marks, document.sha256)
    known = [str(name) for name in request.params.get("names") or ()]
    return planning.plan(document, marks.marks, known, request.progress).to_json()
