"""The attack on one finished file: what the engine sees in it, and what detection sees under boxes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from review_app.detection import boxes
from review_app.detection.covered import is_code, is_label
from review_app.domain.geometry import Rect
from review_app.domain.guessing import gap_of
from review_app.domain.marks import check_document, read_marks
from review_app.domain.verification import Channel, Check, Finding, Verification
from review_app.engine import annotate, verify, verify_alone
from review_app.engine.documents import Document
from review_app.workers.packed import packed
from review_app.workers.request import Request


def alone(document: Document, request: Request) -> Verification:
    """Attack a file of which nothing else is known.

    Raises:
        InputRefused: a reader cannot open it.
    """
    count = document.page_count
    pages = []
    for number in range(1, count + 1):
        pages.append(packed(document.content(number)))
        request.progress(number, 2 * count)
    own = annotate.read_own(document)
    drawn = boxes.find([page for page in pages if not page.is_review_sheet])
    covered = [
        Finding(
            Channel.COVERED_TEXT, "text under a box: anyone can copy it out", page=hidden.page,
            rect=hidden.rect, count=hidden.characters,
        )
        for box in drawn.boxes for hidden in box.hidden
    ]
    rest = verify_alone.attack(
        document, lambda done, _: request.progress(count + done, 2 * count),
        lambda text: is_label(text) or is_code(text.strip()),
    )
    found = _without_doubles(rest.findings, covered)
    given = rest.checks
    if own is not None:  # its redaction marks are proposals: nobody was to apply them yet
        found = [replace(f, is_leak=False) if f.channel is Channel.UNAPPLIED else f for f in found]
        given = tuple(replace(c, passed=True) if c.name == verify_alone.UNAPPLIED else c for c in given)
    findings = (*covered, *found)
    checks = (Check("text under boxes", not covered, len(drawn.boxes)), *given)
    return Verification(
        file=request.name, sha256=document.sha256, page_count=count, findings=findings, checks=checks,
        warnings=document.warnings, programs=verify.programs(),
    )


def _without_doubles(findings: Sequence[Finding], covered: Sequence[Finding]) -> list[Finding]:
    """Hidden text that was told as covered is not told again."""
    kept = []
    for found in findings:
        rect = found.rect
        if found.channel is Channel.HIDDEN_TEXT and rect is not None:
            same = [c.rect for c in covered if c.page == found.page and c.rect is not None]
            if sum(c.intersect(rect).area for c in same) > 0.3 * rect.area:
                continue
        kept.append(found)
    return kept


def release(request: Request) -> Verification:
    """Attack a release copy with the original and the marks beside it.

    Raises:
        InputRefused: the original cannot be opened, or the marks are not for it.
    """
    original = Path(str(request.params["original"]))
    marks = read_marks(request.params["marks"])
    with original.open("rb") as file:
        check_document(marks, hashlib.file_digest(file, "sha256").hexdigest())
    # What was removed beyond a mark, because the rest of its line was to go: looked at like a mark.
    extended = request.params.get("extended") or {}
    own = [
        replace(m, rects=(*m.rects, *(Rect.of(r) for r in extended.get(m.id, ())))) for m in marks.marks
    ]
    said = request.params.get("gaps")
    gaps = None if said is None else {str(mark): gap_of(gap) for mark, gap in said.items()}
    return verify.release(
        original, request.path, own, gaps=gaps, is_blind=bool(request.params.get("is_blind")),
        ocr=request.ocr, passwords=request.passwords, progress=request.progress, name=request.name,
    )


