"""The workspace of the bench of the desk: spans, entries of the log, pages to search, a long document."""

from __future__ import annotations

import random
from pathlib import Path

from review_app.domain.findings import CodeReading
from review_app.domain.vocabulary import Provenance
from review_app.review.desk import Desk
from review_app.review.forms import code_row, dumps, new_id, now
from review_app.store.journal import Change

ROOT = Path(__file__).resolve().parents[2]
PAGES, SPANS, ENTRIES, SEARCHED, LONG = 200, 10_000, 100_000, 5_000, 5_000
WORDS = ("memorandum", "embassy", "delegation", "secretary", "treaty", "annex", "programme", "minister",
         "council", "station", "report", "agreement", "border", "review", "office", "cable", "draft")
PHRASE = "quarterly inventory"


def fill(folder: Path) -> None:
    """The workspace of this bench, made when it is not there."""
    with Desk.open(folder, "bench") as desk:
        if not any(d.name == "long.pdf" for d in desk.documents()):
            fill_long(desk)
        if desk.history.head().seq >= ENTRIES:
            return
        path = folder / "made.pdf"
        path.write_bytes(pdf(PAGES))
        document_id = desk.intake.add(path).document_id
        journal = desk._workspace.journal
        for first in range(0, SPANS, SPANS // PAGES):
            changes = [c for n in range(first, first + SPANS // PAGES) for c in span(document_id, n)]
            journal.commit("review-app", "document.page", changes, durable=False)
        fill_search(desk)
        other = desk.intake.add(ROOT / "seeds" / "1992-briefing-memo.txt").document_id
        row = dict(desk._workspace.queries.row("spans", desk.spans(other)[0].id) or {})
        for n in range(ENTRIES - desk.history.head().seq):
            after = {**row, "note": f"looked at, {n}"}
            change = Change("spans", str(row["id"]), row, after)
            journal.commit("other", "span.noted", [change], durable=False)
            row = after


def span(document_id: str, n: int, of_page: int = SPANS // PAGES, name: str = "sp") -> list[Change]:
    """One span with its code, ``of_page`` of them on each page."""
    page, line = 1 + n // of_page, n % of_page
    span_id, y = f"{name}-{n:016x}", 60 + line * 13.0
    kinds = ("black_box", "white_box", "blank", "note", "filled_box")
    changes = [Change("spans", span_id, None, {
        "id": span_id, "document_id": document_id, "page": page, "kind": kinds[n % 5], "origin": "agency",
        "status": "suggested", "rects": dumps([[72 + n % 7 * 40, y, 240 + n % 7 * 40, y + 10]]),
        "confidence": (n * 37 % 100) / 100, "band": "likely", "detector": "bench", "evidence": "a box",
        "exemption_status": "stated" if n % 3 else "not_stated", "lines": None, "extent": None, "raw": "",
        "note": "", "author": "review-app", "at": now(),
    })]
    if n % 3:
        reading = CodeReading(("(b)(1)", "(b)(6)")[n % 2], "b1", Provenance.MARGIN)
        code = code_row(span_id, 0, reading)
        changes.append(Change("span_codes", str(code["id"]), None, code))
    return changes


def fill_search(desk: Desk) -> None:
    """A document of 5,000 pages as the index holds it: some 600 words a page, a phrase on each fifth."""
    document_id = new_id("doc")
    row = {"id": document_id, "case_id": None, "sha256": "0" * 64, "name": "searched.pdf",
           "media_type": "application/pdf", "page_count": SEARCHED, "disposition": "unknown",
           "state": "ready", "warnings": "[]", "added_at": now()}
    pages = [Change("pages", f"{document_id}.{n}", None, {
        "id": f"{document_id}.{n}", "document_id": document_id, "number": n, "width": 612.0, "height": 792.0,
        "disposition": "unknown"}) for n in range(1, SEARCHED + 1)]
    desk._workspace.journal.commit(
        "review-app", "document.added", [Change("documents", document_id, None, row), *pages], durable=False)
    chance = random.Random(3)
    for number in range(1, SEARCHED + 1):
        lines = [" ".join(chance.choices(WORDS, k=12)) for _ in range(50)]
        if number % 5 == 0:
            lines[chance.randrange(50)] += f" {PHRASE} 202-555-{number % 10000:04d}"
        desk._workspace.index.add(document_id, number, "\n".join(lines))


def fill_long(desk: Desk) -> None:
    """A document of 5,000 pages with two spans on each."""
    path = desk.folder / "long.pdf"
    path.write_bytes(pdf(LONG, lines=5))
    document_id = new_id("doc")
    staged = desk._workspace.originals.stage(path)
    desk._workspace.originals.keep(staged)
    row = {"id": document_id, "case_id": None, "sha256": staged.sha256, "name": path.name,
           "media_type": "application/pdf", "page_count": LONG, "disposition": "released_in_part",
           "state": "ready", "warnings": "[]", "added_at": now()}
    pages = [Change("pages", f"{document_id}.{n}", None, {
        "id": f"{document_id}.{n}", "document_id": document_id, "number": n, "width": 612.0, "height": 792.0,
        "disposition": "unknown"}) for n in range(1, LONG + 1)]
    journal = desk._workspace.journal
    journal.commit("review-app", "document.added", [Change("documents", document_id, None, row), *pages],
                   durable=False)
    for first in range(0, LONG * 2, 1_000):
        changes = [c for n in range(first, first + 1_000) for c in span(document_id, n, of_page=2, name="sl")]
        journal.commit("review-app", "document.page", changes, durable=False)


def pdf(pages: int, lines: int = 50) -> bytes:
    """A plain PDF of text pages, written by hand: this process never loads a PDF library."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", "",
               "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    kids, chance = [], random.Random(1)
    for _ in range(pages):
        content = "\n".join(
            f"BT /F1 10 Tf 72 {730 - n * 13} Td ({' '.join(chance.choices(WORDS, k=9))}) Tj ET"
            for n in range(lines))
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
        objects.append(f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {len(objects)} 0 R "
                       "/Resources << /Font << /F1 3 0 R >> >> >>")
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Count {pages} /Kids [{' '.join(kids)}] >>"
    out, places = b"%PDF-1.4\n", []
    for number, text in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{text}\nendobj\n".encode()
    table = "".join(f"{at:010d} 00000 n \n" for at in places)
    start_at = len(out)
    return out + (f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n"
                  f"<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start_at}\n%%EOF\n").encode()
