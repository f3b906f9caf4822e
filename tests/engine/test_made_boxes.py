"""Pages with boxes drawn in every way, read and searched: nearly all must be found, and nothing else."""

from __future__ import annotations

import sys
from pathlib import Path

from review_app.detection import scan
from review_app.domain.geometry import Rect
from review_app.engine import documents

sys.path.append(str(Path(__file__).resolve().parent))

import boxes_made


def test_boxes_drawn_in_every_way_on_turned_and_cropped_pages(tmp_path: Path) -> None:
    data, truth = boxes_made.make(31, 25)
    path = tmp_path / "made.pdf"
    path.write_bytes(data)
    with documents.open_document(path) as document:
        found = scan.document([document.content(n) for n in range(1, document.page_count + 1)])
    wanted = [(n, Rect(*place)) for n, boxes in enumerate(truth, 1) for box in boxes for place in box.rects]
    rects = [(s.page, r) for s in found.spans for r in s.rects]
    hits = sum(any(page == n and r.iou(place) >= 0.5 for page, r in rects) for n, place in wanted)
    assert len(wanted) > 100 and hits >= 0.98 * len(wanted)
    extra = [r for page, r in rects if not any(page == n and r.iou(place) >= 0.5 for n, place in wanted)]
    assert len(extra) <= 0.01 * len(wanted)
    leaks = [(n, box) for n, boxes in enumerate(truth, 1) for box in boxes if box.under]
    told = sum(
        any(
            r.page == n and not r.rect.intersect(Rect(*p)).is_empty
            for r in found.recoverable
            for p in box.rects
        )
        for n, box in leaks
    )
    assert len(leaks) > 40 and told >= 0.98 * len(leaks)
