"""Real PDFs, made in the test."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pikepdf
import pymupdf
import pytest

from review_app.domain.findings import CodeReading, Extent, RecordReading, SpanFinding
from review_app.domain.geometry import Rect
from review_app.domain.rows import LogHead
from review_app.domain.sheet import ReviewSheet
from review_app.domain.vocabulary import (
    Band,
    Disposition,
    ExemptionStatus,
    Field,
    Kind,
    Origin,
    Provenance,
    Status,
)

sys.path.append(str(Path(__file__).resolve().parent))


@dataclass(frozen=True)
class Turned:
    """How a page is shown: rotation, crop box, user unit."""

    rotate: int = 0
    crop: tuple[float, float, float, float] | None = None
    unit: float = 1.0

    def to_page(self, x: float, y: float) -> tuple[float, float]:
        """A point of user space in page space: worked out from the PDF specification, not from the engine."""
        x0, y0, x1, y1 = self.crop or (0.0, 0.0, 612.0, 792.0)
        left, up = x - x0, y - y0
        width, height = x1 - x0, y1 - y0
        u, v = {
            0: (left, height - up),
            90: (up, left),
            180: (width - left, up),
            270: (height - up, width - left),
        }[self.rotate]
        return u * self.unit, v * self.unit

    def rect(self, x0: float, y0: float, x1: float, y1: float) -> Rect:
        """A rectangle of user space in page space."""
        ax, ay = self.to_page(x0, y0)
        bx, by = self.to_page(x1, y1)
        return Rect(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))


TURNS = [
    Turned(),
    Turned(90),
    Turned(180),
    Turned(270),
    Turned(0, (20, 30, 500, 700)),
    Turned(90, (20, 30, 500, 700)),
    Turned(270, (-10, 30, 500, 900)),
    Turned(0, None, 2.0),
    Turned(90, (20, 30, 500, 700), 2.0),
    Turned(270, (20, 30, 500, 700), 0.5),
    Turned(180, (20, 30, 500, 700), 3.0),
]


def _pdf(pages: Sequence[Turned] = (Turned(),), *, size: tuple[float, float] = (612, 792)) -> bytes:
    doc = pymupdf.open()
    for number in range(len(pages)):
        page = doc.new_page(width=size[0], height=size[1])
        page.insert_text((100, 200), f"Memorandum number {number + 1}", fontsize=12)
        page.insert_text((100, 216), "second line of it", fontsize=12)
        page.draw_rect(pymupdf.Rect(150, 400, 350, 460), color=None, fill=(0, 0, 0))
    data = doc.tobytes()
    doc.close()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for page, turned in zip(pdf.pages, pages, strict=True):
            if turned.rotate:
                page.obj.Rotate = turned.rotate
            if turned.crop:
                x0, y0, x1, y1 = turned.crop
                page.obj.MediaBox = pikepdf.Array([min(0, x0), min(0, y0), max(612, x1), max(792, y1)])
                page.obj.CropBox = pikepdf.Array([x0, y0, x1, y1])
            if turned.unit != 1.0:
                page.obj.UserUnit = turned.unit
        out = io.BytesIO()
        pdf.save(out)
        return out.getvalue()


@pytest.fixture(scope="session")
def make_pdf() -> Callable[..., bytes]:
    """Bytes of a PDF with two lines of text and a black box a page."""
    return _pdf


@pytest.fixture
def pdf_file(tmp_path: Path) -> Path:
    """A plain PDF of two pages on disk."""
    path = tmp_path / "memo.pdf"
    path.write_bytes(_pdf((Turned(), Turned())))
    return path


@pytest.fixture(
    scope="session", params=TURNS, ids=lambda t: f"{t.rotate}-{'crop' if t.crop else 'full'}-{t.unit}"
)
def turned(request: pytest.FixtureRequest) -> Turned:
    """Every way a page may be turned, cut and scaled."""
    value = request.param
    assert isinstance(value, Turned)
    return value


def _span(**changes: object) -> SpanFinding:
    base = SpanFinding(
        page=1,
        kind=Kind.BLANK,
        rects=(Rect(100.0, 120.0, 300.0, 160.0),),
        confidence=0.9,
        band=Band.LIKELY,
        detector="test",
        reasons=("first reason", "second; with a semicolon"),
        id="s1",
    )
    return replace(base, **changes)  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def make_span() -> Callable[..., SpanFinding]:
    """A span of an agency on page 1, changed as wanted."""
    return _span


@pytest.fixture(scope="session")
def many_spans() -> tuple[SpanFinding, ...]:
    """One of every sort."""
    code = CodeReading("(b)(1)", "B1", Provenance.MARGIN, 0.87)
    other = CodeReading("1.4(d)", "1.4(d)", Provenance.IN_BOX, 0.5)
    return (
        _span(id="a", kind=Kind.BLACK_BOX, codes=(code, other), exemption_status=ExemptionStatus.STATED),
        _span(
            id="b",
            kind=Kind.NOTE,
            rects=(Rect(72, 200, 500, 212), Rect(72, 212, 200, 224)),
            lines=(14, 15),
            extent=Extent(1.0, True, 1.0, "line", "less_than"),
            raw="[less than 1 line not declassified]",
        ),
        _span(id="c", status=Status.REJECTED, rects=(Rect(72, 300, 200, 340),), confidence=0.123),
        _span(
            id="d",
            kind=Kind.MARK,
            origin=Origin.REVIEWER,
            status=Status.CONFIRMED,
            codes=(other,),
            rects=(Rect(100, 560, 300, 580), Rect(100, 580, 220, 600)),
            note="Łódź — 名前 “quoted” (a\\b)",
        ),
        _span(
            id="e",
            kind=Kind.MARK,
            origin=Origin.REVIEWER,
            status=Status.RETURNED,
            label="a label",
            rects=(Rect(300.25, 640.5, 310.75, 650.125),),
            reasons=(),
        ),
        _span(id="f", kind=Kind.PAGE, page=2, rects=(Rect(0, 0, 612, 792),), status=Status.CONFIRMED),
    )


def _sheet(**changes: object) -> ReviewSheet:
    base = ReviewSheet(
        file="memo.pdf",
        sha256="ab" * 32,
        actor="M. Ortiz",
        made_at="2026-11-21T20:00:00+00:00",
        case_number="F-2024-001",
        document_id="d1",
        disposition=Disposition.RELEASED_IN_PART,
        record=(
            RecordReading(
                Field.REVIEW_AUTHORITY, "ROBERT WILLER", "ROBERT WILLER", 1, Rect(1, 2, 3, 4), 0.99
            ),
            RecordReading(Field.REVIEW_DATE, "1996-06-17", "06/17/96", 1, Rect(1, 2, 3, 4), 0.97),
        ),
        warnings=("something is odd",),
        head=LogHead(41, "cd" * 32),
        app_version="9.9",
        decisions={"a": "sustain: still sensitive"},
        authors={"d": "A. Second"},
    )
    return replace(base, **changes)  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def make_sheet() -> Callable[..., ReviewSheet]:
    """A review sheet, changed as wanted."""
    return _sheet
