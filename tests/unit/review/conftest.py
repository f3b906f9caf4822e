"""A real workspace with one recorded document: two pages, two spans, two record fields."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from review_app.review.changes import Changes
from review_app.review.desk import Desk
from review_app.review.forms import dumps
from review_app.store.journal import Change

DOCUMENT = "doc-1"


@dataclass
class Case:
    """The open desk and what it told its listeners."""

    desk: Desk
    told: list[Changes]


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with Desk.open(tmp_path / "w", "ortiz", jobs=1) as desk:
        rows = [Change("documents", DOCUMENT, None, {
            "id": DOCUMENT, "case_id": None, "sha256": "0" * 64, "name": "memo.txt",
            "media_type": "text/plain", "page_count": 2, "disposition": "released_in_part", "state": "ready",
            "warnings": "[]", "added_at": "2026-01-01T00:00:00Z",
        })]
        for number in (1, 2):
            rows.append(Change("pages", f"{DOCUMENT}.{number}", None, {
                "id": f"{DOCUMENT}.{number}", "document_id": DOCUMENT, "number": number, "width": 612.0,
                "height": 792.0, "disposition": "unknown",
            }))
            rows.append(Change("spans", f"sp-{number}", None, {
                "id": f"sp-{number}", "document_id": DOCUMENT, "page": number, "kind": "blank",
                "origin": "agency", "status": "suggested", "rects": dumps([[72, 100, 500, 140]]),
                "confidence": 0.9, "band": "likely", "detector": "blanks", "evidence": "why",
                "exemption_status": "not_stated", "lines": None, "extent": None, "raw": "", "note": "",
                "author": "review-app", "at": "2026-01-01T00:00:00Z",
            }))
        for field, value in (("review_date", "1996-06-17"), ("disposition", "released_in_part")):
            rows.append(Change("record_fields", f"rf-{field}", None, {
                "id": f"rf-{field}", "document_id": DOCUMENT, "field": field, "value": value, "raw": value,
                "page": 1, "rect": dumps([1, 1, 9, 9]), "confidence": 0.9, "status": "suggested",
            }))
        desk._session.commit("document.added", rows, Changes(), actor="review-app", quiet=True)
        told: list[Changes] = []
        desk.subscribe(told.append)
        yield Case(desk, told)
