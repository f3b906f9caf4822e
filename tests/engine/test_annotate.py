"""The annotated copy: standard, visible everywhere, and read back exactly."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pikepdf
import pymupdf
import pypdfium2
import pytest

from review_app.domain.errors import EnvironmentProblem, InputRefused, UsageError, VerificationFailed
from review_app.domain.findings import SpanFinding
from review_app.domain.geometry import Rect
from review_app.domain.sheet import ReviewSheet
from review_app.domain.vocabulary import Kind, Origin, Status
from review_app.engine import annotate, look
from review_app.engine.documents import open_document

Spans = tuple[SpanFinding, ...]
MakeSpan = Callable[..., SpanFinding]
MakeSheet = Callable[..., ReviewSheet]


def _written(span: SpanFinding) -> SpanFinding:
    """A span as the JSON form rounds it."""
    return replace(
        span,
        rects=tuple(Rect.of(r.as_list()) for r in span.rects),
        confidence=round(span.confidence, 3),
    )


def _write(source: Path, spans: Spans, sheet: ReviewSheet | None, out: Path, **options: bool) -> Path:
    with open_document(source) as document:
        annotate.write(document, spans, sheet, out, **options)
    return out


def _own(path: Path) -> annotate.own.OwnCopy:
    with open_document(path) as document:
        found = annotate.read_own(document)
    assert found is not None
    return found


@pytest.fixture
def copy(pdf_file: Path, many_spans: Spans, make_sheet: MakeSheet, tmp_path: Path) -> Path:
    return _write(pdf_file, many_spans, make_sheet(), tmp_path / "copy.pdf")


def test_reading_back_gives_the_same_spans_and_the_anchor(
    copy: Path, pdf_file: Path, many_spans: Spans
) -> None:
    found = _own(copy)
    assert found.spans == tuple(_written(s) for s in many_spans)
    assert found.anchor is not None and found.anchor.head is not None
    assert (found.anchor.head.seq, found.anchor.head.hash) == (41, "cd" * 32)
    assert found.anchor.exported_at == "2026-11-21T20:00:00+00:00"
    with open_document(pdf_file) as document:
        assert found.anchor.document_sha256 == document.sha256
        assert annotate.read_own(document) is None


def test_other_readers_see_standard_annotations(copy: Path, many_spans: Spans) -> None:
    with pikepdf.open(copy) as pdf:
        first = {str(a.NM): a for a in pdf.pages[0].Annots}
        assert list(first) == ["a", "b", "c", "d", "e"]
        assert [str(a.Subtype) for a in first.values()] == [
            "/Square",
            "/Highlight",
            "/Square",
            "/Redact",
            "/Square",
        ]
        a, b, d = first["a"], first["b"], first["d"]
        assert str(a.T) == "M. Ortiz" and str(d.T) == "A. Second"
        assert str(a.Subj) == "black box, suggested" and str(a.M) == "D:20261121200000Z"
        assert "(b)(1)" in str(a.Contents) and "ROBERT WILLER" in str(a.Contents)
        assert "sustain: still sensitive" in str(a.Contents)
        assert "Withheld by the agency" in str(a.Contents) and "Proposed by the reviewer" in str(d.Contents)
        assert "Łódź — 名前" in str(d.Contents)
        assert list(a.C) != list(d.C)
        assert len(b.QuadPoints) == 16
        assert len(d.QuadPoints) == 16 and str(d.OverlayText) == "1.4(d)" and "/DA" in d
        assert all(annotation.AP.N.Subtype == "/Form" for annotation in first.values())
    doc = pypdfium2.PdfDocument(copy)
    raw = pypdfium2.raw
    kinds = []
    for index in range(raw.FPDFPage_GetAnnotCount(doc[0])):
        annot = raw.FPDFPage_GetAnnot(doc[0], index)
        kinds.append(raw.FPDFAnnot_GetSubtype(annot))
        raw.FPDFPage_CloseAnnot(annot)
    doc.close()
    assert kinds == [
        raw.FPDF_ANNOT_SQUARE,
        raw.FPDF_ANNOT_HIGHLIGHT,
        raw.FPDF_ANNOT_SQUARE,
        raw.FPDF_ANNOT_REDACT,
        raw.FPDF_ANNOT_SQUARE,
    ]


def test_nothing_turned_down_can_be_applied_by_another_program(copy: Path) -> None:
    with pymupdf.open(copy) as doc:
        redactions = [a for page in doc for a in page.annots() if a.type[1] == "Redact"]
        assert [a.info["id"] for a in redactions] == ["d"]


def test_another_program_can_apply_the_proposals(pdf_file: Path, make_span: MakeSpan, tmp_path: Path) -> None:
    # Baseline at 200 points from the top: the word stands between 190 and 203.
    mark = make_span(kind=Kind.MARK, origin=Origin.REVIEWER, rects=(Rect(99, 190, 170, 203),))
    copy = _write(pdf_file, (mark,), None, tmp_path / "copy.pdf")
    with pymupdf.open(copy) as doc:
        assert "Memorandum" in doc[0].get_text()
        doc[0].apply_redactions()
        text = doc[0].get_text()
    assert "Memorandum" not in text and "second line" in text


def _near(pixel: tuple[int, ...], colour: look.Colour, by: int = 40) -> bool:
    return all(abs(p - 255 * c) < by for p, c in zip(pixel[:3], colour, strict=True))


def _pdfium_colours(path: Path, page: int, x: float, y: float, reach: int = 6) -> set[tuple[int, ...]]:
    """Colours that PDFium paints around a point given as parts of the page's width and height."""
    doc = pypdfium2.PdfDocument(path)
    bitmap = doc[page].render(scale=2, may_draw_forms=False)
    px, py = int(x * bitmap.width), int(y * bitmap.height)
    data, stride, n = bytes(bitmap.buffer), bitmap.stride, bitmap.n_channels
    found = set()
    for row in range(max(0, py - reach), min(bitmap.height, py + reach + 1)):
        for column in range(max(0, px - reach), min(bitmap.width, px + reach + 1)):
            blue, green, red = data[row * stride + column * n : row * stride + column * n + 3]
            found.add((red, green, blue))
    bitmap.close()
    doc.close()
    return found


def test_turned_pages_round_trip_and_show_the_marks_in_place(
    make_pdf: Callable[..., bytes], turned, make_span: MakeSpan, make_sheet: MakeSheet, tmp_path: Path
) -> None:
    source = tmp_path / "turned.pdf"
    source.write_bytes(make_pdf([turned]))
    agency = make_span(id="a", rects=(turned.rect(150, 500, 350, 560),), kind=Kind.WHITE_BOX)
    two = turned.rect(150, 200, 350, 240), turned.rect(150, 160, 250, 199)
    marks = make_span(id="b", rects=two, origin=Origin.REVIEWER, kind=Kind.MARK, status=Status.CONFIRMED)
    copy = _write(source, (agency, marks), make_sheet(), tmp_path / "copy.pdf")
    assert _own(copy).spans == (_written(agency), _written(marks))
    with open_document(copy) as document, open_document(source) as before:
        width, height = document.size(1)
        assert (width, height) == before.size(1)
        assert document.content(1).text == before.content(1).text
        by_name = {a.name: a for a in document.content(1).annotations}
    for span, colour in ((agency, look.AGENCY), (marks, look.REVIEWER)):
        for shown, wanted in zip(by_name[span.id].rects, span.rects, strict=True):
            assert shown.iou(wanted) > 0.99
        for rect in span.rects:
            # An edge at the middle of a long side is drawn in the full colour of the origin.
            edge = (rect.x0 + rect.width / 2) / width, rect.y1 / height
            assert any(_near(c, colour) for c in _pdfium_colours(copy, 0, *edge)), (span.id, rect)
            assert not any(_near(c, colour) for c in _pdfium_colours(source, 0, *edge))


def test_a_text_file_is_annotated_on_its_typeset_pages(
    seeds: Path, make_span: MakeSpan, make_sheet: MakeSheet, tmp_path: Path
) -> None:
    source = seeds / "1992-briefing-memo.txt"
    with open_document(source) as document:
        assert document.linemap is not None
        places = [document.linemap.rects(n)[0] for n in range(79, 83)]
        span = make_span(page=places[0][0], rects=tuple(r for _, r in places), lines=(79, 82))
        annotate.write(document, (span,), make_sheet(), tmp_path / "copy.pdf")
        pages = [document.content(n).text.split() for n in range(1, document.page_count + 1)]
    assert _own(tmp_path / "copy.pdf").spans == (_written(span),)
    with open_document(tmp_path / "copy.pdf") as copy:
        assert [copy.content(n + 1).text.split() for n in range(len(pages))] == pages
    assert any("prison-made" in page for page in pages)


@pytest.fixture
def rich(tmp_path: Path, make_pdf: Callable[..., bytes]) -> Path:
    """A PDF with all that must survive: outline, labels, a foreign annotation, metadata, an attachment."""
    with pymupdf.open("pdf", make_pdf()) as doc:
        doc.new_page()
        doc.set_toc([[1, "Chapter", 1], [2, "Section", 2]])
        doc.set_page_labels([{"startpage": 0, "style": "r", "prefix": "A-", "firstpagenum": 3}])
        doc.set_metadata({"title": "The title", "author": "Somebody"})
        doc.embfile_add("data.txt", b"attached")
        doc[0].add_text_annot((50, 50), "a foreign note").set_info(title="Else", content="a foreign note")
        doc[1].insert_link(
            {"kind": pymupdf.LINK_URI, "from": pymupdf.Rect(1, 1, 9, 9), "uri": "https://x.example/"}
        )
        path = tmp_path / "rich.pdf"
        doc.save(path)
    return path


def _page_text(page: pymupdf.Page) -> str:
    """Text of the page itself, without what annotations show."""
    return pymupdf.TextPage(page.get_displaylist(annots=0).get_textpage(0)).extractRAWJSON()


def _raw_streams(page: pikepdf.Object) -> list[bytes]:
    contents = page.get("/Contents", pikepdf.Array([]))
    return [s.read_raw_bytes() for s in (contents if isinstance(contents, pikepdf.Array) else [contents])]


def test_everything_else_stays(
    rich: Path, make_span: MakeSpan, make_sheet: MakeSheet, tmp_path: Path
) -> None:
    copy = _write(rich, (make_span(),), make_sheet(), tmp_path / "copy.pdf")
    with pymupdf.open(rich) as a, pymupdf.open(copy) as b:
        assert b.page_count > a.page_count == 2
        assert b.get_toc() == a.get_toc()
        assert [b[n].get_label() for n in range(3)] == ["A-iii", "A-iv", "Review sheet 1"]
        assert b.metadata == a.metadata
        assert b.embfile_get("data.txt") == b"attached"
        assert b[1].get_links()[0]["uri"] == "https://x.example/"
        for n in range(a.page_count):
            assert _page_text(b[n]) == _page_text(a[n])
            assert b[n].read_contents() == a[n].read_contents()
        assert [x.info["content"] for x in b[0].annots() if x.type[1] == "Text"] == ["a foreign note"]
    with pikepdf.open(rich) as a, pikepdf.open(copy) as b:
        for one, two in zip(a.pages, b.pages, strict=False):
            assert _raw_streams(one.obj) == _raw_streams(two.obj)


def test_shared_annotation_arrays_are_not_mixed_up(
    make_pdf: Callable[..., bytes], tmp_path: Path, make_span: MakeSpan, pdf_file: Path
) -> None:
    with pikepdf.open(pdf_file, allow_overwriting_input=True) as pdf:
        shared = pdf.make_indirect(pikepdf.Array([]))
        for page in pdf.pages:
            page.obj.Annots = shared
        pdf.save()
    copy = _write(pdf_file, (make_span(),), None, tmp_path / "copy.pdf")
    with pikepdf.open(copy) as pdf:
        assert [len(page.obj.Annots) for page in pdf.pages] == [1, 0]


def test_the_sheet_says_who_what_and_when(copy: Path, many_spans: Spans) -> None:
    with open_document(copy) as document:
        flags = [document.content(n).is_review_sheet for n in range(1, document.page_count + 1)]
        text = " ".join(document.content(n).text for n in range(1, document.page_count + 1) if flags[n - 1])
        assert any("review sheet" in w for w in document.warnings)
    assert flags[:2] == [False, False] and all(flags[2:]) and len(flags) > 2
    flat = " ".join(text.split())
    for wanted in (
        "memo.pdf",
        "ab" * 32,
        "F-2024-001",
        "M. Ortiz",
        "A. Second",
        "ROBERT WILLER",
        "1996-06-17",
        "released in part",
        "2026-11-21 20:00:00 UTC",
        "entry 41",
        "cd" * 32,
        "not a determination by an agency",
        "something is odd",
        "(b)(1), 1.4(d)",
        "code not stated",
        "no code given",
        "black box",
        "14–15",
        "less than 1 line, stated",
        "sustain: still sensitive",
        "Łódź",
        "first reason; second; with a semicolon",
        "Review App 9.9",
    ):
        assert wanted in flat, wanted
    for span in many_spans:
        assert f"id: {span.id}" in flat


def test_many_spans_flow_over_many_sheets(
    pdf_file: Path, make_span: MakeSpan, make_sheet: MakeSheet, tmp_path: Path
) -> None:
    spans = tuple(make_span(id=f"n{i}", note=f"note {i} " * 30) for i in range(300))
    copy = _write(pdf_file, spans, make_sheet(), tmp_path / "copy.pdf")
    assert _own(copy).spans == tuple(_written(s) for s in spans)
    with open_document(copy) as document:
        last = document.page_count
        assert last > 10
        sheets = [document.content(n) for n in range(3, last + 1)]
        text = "\n".join(sheet.text for sheet in sheets)
        assert all(line.rect.y1 < 792 - 30 for sheet in sheets for line in sheet.lines)
    for i in range(300):
        assert f"id: n{i}\n" in text + "\n"
    assert text.count("authority") >= len(sheets)  # the table's head on every page


def test_without_a_sheet(pdf_file: Path, many_spans: Spans, make_sheet: MakeSheet, tmp_path: Path) -> None:
    bare = _write(pdf_file, many_spans, None, tmp_path / "bare.pdf")
    no_pages = _write(pdf_file, many_spans, make_sheet(), tmp_path / "no_pages.pdf", sheet_pages=False)
    for path in (bare, no_pages):
        with open_document(path) as document:
            assert document.page_count == 2
        assert _own(path).spans == tuple(_written(s) for s in many_spans)
    anchor, named = _own(bare).anchor, _own(no_pages).anchor
    assert anchor is not None and anchor.head is None
    assert named is not None and named.head is not None and named.head.seq == 41


def test_writing_again_replaces_our_marks_and_sheets(
    copy: Path, make_span: MakeSpan, make_sheet: MakeSheet, tmp_path: Path
) -> None:
    again = _write(copy, (make_span(id="only"),), make_sheet(actor="B"), tmp_path / "again.pdf")
    assert [s.id for s in _own(again).spans] == ["only"]
    with open_document(again) as document, open_document(copy) as first:
        sheets = [document.content(n).is_review_sheet for n in range(1, document.page_count + 1)]
        assert sheets[:2] == [False, False] and document.page_count <= first.page_count


def test_same_values_same_bytes(
    pdf_file: Path, many_spans: Spans, make_sheet: MakeSheet, tmp_path: Path
) -> None:
    one = _write(pdf_file, many_spans, make_sheet(), tmp_path / "one.pdf").read_bytes()
    two = _write(pdf_file, many_spans, make_sheet(), tmp_path / "two.pdf").read_bytes()
    assert one == two
    assert one != _write(pdf_file, many_spans[:3], make_sheet(), tmp_path / "three.pdf").read_bytes()


def test_an_encrypted_source_stays_encrypted(
    make_pdf: Callable[..., bytes], make_span: MakeSpan, make_sheet: MakeSheet, tmp_path: Path
) -> None:
    source, out = tmp_path / "locked.pdf", tmp_path / "copy.pdf"
    with pymupdf.open("pdf", make_pdf()) as doc:
        doc.save(
            source,
            encryption=pymupdf.PDF_ENCRYPT_AES_256,
            user_pw="open",
            owner_pw="own",
            permissions=pymupdf.PDF_PERM_PRINT,
        )
    with open_document(source, passwords=["open"]) as document:
        annotate.write(document, (make_span(),), make_sheet(), out)
    with pytest.raises(InputRefused):
        open_document(out)
    for password in ("open", "own"):
        with open_document(out, passwords=[password]) as document:
            found = annotate.read_own(document)
            assert found is not None and found.spans == (make_span(),)
    assert b"Memorandum" not in out.read_bytes() and b"ReviewSheet" in out.read_bytes()


def test_the_original_is_never_written(pdf_file: Path, make_span: MakeSpan, tmp_path: Path) -> None:
    before = pdf_file.read_bytes()
    link, hard = tmp_path / "link.pdf", tmp_path / "hard.pdf"
    link.symlink_to(pdf_file)
    os.link(pdf_file, hard)
    with open_document(pdf_file) as document:
        for target in (pdf_file, link, hard, pdf_file.parent / "." / pdf_file.name):
            with pytest.raises(UsageError, match="overwrite its source"):
                annotate.write(document, (make_span(),), None, target)
        with pytest.raises(UsageError, match="folder"):
            annotate.write(document, (), None, tmp_path)
        annotate.write(document, (make_span(),), None, tmp_path / "free.pdf")
    assert pdf_file.read_bytes() == before


def test_an_existing_copy_is_replaced_whole(pdf_file: Path, make_span: MakeSpan, tmp_path: Path) -> None:
    out = tmp_path / "copy.pdf"
    out.write_bytes(b"something older")
    _write(pdf_file, (make_span(),), None, out)
    assert _own(out).spans == (make_span(),)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["copy.pdf", "memo.pdf"]


def test_a_missing_folder(pdf_file: Path, make_span: MakeSpan, tmp_path: Path) -> None:
    with open_document(pdf_file) as document, pytest.raises(EnvironmentProblem):
        annotate.write(document, (make_span(),), None, tmp_path / "nowhere" / "copy.pdf")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
def test_a_full_disk_leaves_nothing_behind(pdf_file: Path, tmp_path: Path) -> None:
    out = tmp_path / "copy.pdf"
    out.write_bytes(b"the export before")
    code = (
        "import sys,resource,signal\nfrom pathlib import Path\n"
        "from review_app.engine.documents import open_document\nfrom review_app.engine import annotate\n"
        "from review_app.domain.errors import EnvironmentProblem\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "with open_document(Path(sys.argv[1])) as d:\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), resource.RLIM_INFINITY))\n"
        "    try:\n        annotate.write(d, (), None, Path(sys.argv[2]))\n"
        "    except EnvironmentProblem as error:\n        print('told', error.exit_code)\n"
        "    else:\n        print('written')\n"
    )

    def run(limit: int) -> str:
        done = subprocess.run(
            [sys.executable, "-c", code, str(pdf_file), str(out), str(limit)],
            capture_output=True,
            text=True,
            check=True,
            cwd=Path(__file__).resolve().parents[2],
        )
        assert done.stderr == ""
        return done.stdout.strip()

    for limit in (0, 100, 1000):
        assert run(limit) == "told 5"
        assert out.read_bytes() == b"the export before"
        assert sorted(p.name for p in tmp_path.iterdir()) == ["copy.pdf", "memo.pdf"]
    assert run(10**7) == "written"


def test_marks_that_do_not_fit_the_document(pdf_file: Path, make_span: MakeSpan, tmp_path: Path) -> None:
    with open_document(pdf_file) as document:
        for span in (make_span(page=3), make_span(page=0), make_span(rects=())):
            with pytest.raises(InputRefused):
                annotate.write(document, (span,), None, tmp_path / "copy.pdf")
    assert not (tmp_path / "copy.pdf").exists()


def test_a_mark_on_an_earlier_review_sheet_is_refused(
    copy: Path, make_span: MakeSpan, tmp_path: Path
) -> None:
    with open_document(copy) as document, pytest.raises(InputRefused, match="review sheet"):
        annotate.write(document, (make_span(page=3),), None, tmp_path / "again.pdf")


def test_a_copy_that_does_not_read_back_is_not_kept(
    pdf_file: Path, make_span: MakeSpan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The planted fault: marks written under a key that the reader does not know.
    monkeypatch.setattr(annotate.own, "span_text", lambda span, place: "no span at all")
    with open_document(pdf_file) as document, pytest.raises(VerificationFailed):
        annotate.write(document, (make_span(),), None, tmp_path / "copy.pdf")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["memo.pdf"]


def test_odd_texts_survive(
    pdf_file: Path, make_span: MakeSpan, make_sheet: MakeSheet, tmp_path: Path
) -> None:
    odd = "\u202eright-to-left \udcff half a pair \x00 nul ) ( \\ 😀 \r\n new line"
    spans = (
        make_span(id="x", note=odd, raw=odd, label=odd, reasons=(odd,)),
        make_span(id="", kind=Kind.MARK, origin=Origin.REVIEWER, note=odd),
        make_span(id="", kind=Kind.MARK, origin=Origin.REVIEWER, rects=(Rect(5, 5, 5, 5),)),
        make_span(id="off", rects=(Rect(-50, -50, -10, -10),)),
    )
    sheet = make_sheet(
        file=odd, actor=odd, warnings=(odd,), case_number=odd, authors={"x": odd}, decisions={"x": odd}
    )
    copy = _write(pdf_file, spans, sheet, tmp_path / "copy.pdf")
    assert _own(copy).spans == tuple(_written(s) for s in spans)


def _edit(path: Path, change: Callable[[pikepdf.Pdf], None]) -> Path:
    with pikepdf.open(path) as pdf:
        change(pdf)
        out = io.BytesIO()
        pdf.save(out)
    path.write_bytes(out.getvalue())
    return path


def test_a_mark_that_another_program_moved_is_where_it_is(copy: Path) -> None:
    def move(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].Annots[0].Rect = pikepdf.Array([10, 692, 60, 742])

    span = _own(_edit(copy, move)).spans[0]
    assert span.id == "a" and span.rects[0].as_list() == [10, 50, 60, 100]


def test_a_mark_that_another_program_removed_is_gone(copy: Path, many_spans: Spans) -> None:
    def remove(pdf: pikepdf.Pdf) -> None:
        del pdf.pages[0].Annots[1]

    assert [s.id for s in _own(_edit(copy, remove)).spans] == ["a", "c", "d", "e", "f"]


def test_a_resave_by_another_program_changes_nothing(copy: Path, many_spans: Spans, tmp_path: Path) -> None:
    again = tmp_path / "resaved.pdf"
    with pymupdf.open(copy) as doc:
        doc.save(again, garbage=3, deflate=True)
    assert _own(again).spans == tuple(_written(s) for s in many_spans)


HOSTILE = [
    "",
    "null",
    "[]",
    "5",
    '"x"',
    "{",
    "{}",
    '{"page":1}',
    "[" * 100_000,
    '{"rects":[]}',
    '{"rects":[[0,0,1e400,1]]}',
    '{"rects":[[0,0,"NaN",1]]}',
    '{"rects":[[1,2,3]]}',
    '{"rects":{"a":1}}',
    '{"rects":[[0,0,9,9]],"kind":"nonsense"}',
    '{"rects":[[0,0,9,9]],"confidence":NaN}',
    '{"rects":[[0,0,9,9]],"confidence":1e999}',
    '{"rects":[[0,0,9,9]],"confidence":7}',
    '{"rects":[[0,0,9,9]],"lines":[5,2]}',
    '{"rects":[[0,0,9,9]],"lines":5}',
    '{"rects":[[0,0,9,9]],"codes":[5]}',
    '{"rects":[[0,0,9,9]],"codes":[{"code":"x","provenance":"nowhere"}]}',
    '{"rects":[[0,0,9,9]],"extent":{"lines":"x"}}',
    '{"rects":[[0,0,9,9]],"reasons":"no list"}',
    '{"rects":[[0,0,9,9]],"reasons":[5]}',
    '{"rects":[[0,0,9,9]],"note":[]}',
    '{"rects":[[0,0,9,9]],"place":-1}',
    '{"rects":[[0,0,9,9]],"extent":7}',
    '{"rects":[[0,0,9,9]],"extent":{"lines":1e999}}',
    json.dumps({"rects": [[0, 0, 9, 9]], "note": "x" * 500_000}),
    json.dumps({"rects": [[0, 0, 9, 9]] * 6000}),
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_span_values_are_counted_and_not_taken(copy: Path, text: str) -> None:
    def plant(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].Annots[0]["/ReviewAppSpan"] = pikepdf.String(text)

    with open_document(_edit(copy, plant)) as document:
        found = annotate.read_own(document)
        assert found is not None and [s.id for s in found.spans] == ["b", "c", "d", "e", "f"]
        assert any(w.startswith("1 marks claim") for w in document.warnings)


def test_hostile_values_of_other_types(copy: Path) -> None:
    def plant(pdf: pikepdf.Pdf) -> None:
        annots = pdf.pages[0].Annots
        annots[0]["/ReviewAppSpan"] = pikepdf.Dictionary(A=1)
        annots[1]["/ReviewAppSpan"] = 5
        annots[2].Rect = pikepdf.Array([1, 2])
        annots[3]["/ReviewAppSpan"] = pdf.make_stream(b"x")

    with open_document(_edit(copy, plant)) as document:
        found = annotate.read_own(document)
        assert found is not None and [s.id for s in found.spans] == ["e", "f"]


@pytest.mark.parametrize(
    "value",
    [
        '{"seq":"x","hash":5}',
        "{",
        "[]",
        "[" * 20_000,
        '{"document_sha256":"zz"}',
        json.dumps({"document_sha256": "ab" * 32, "seq": True, "hash": "ab" * 32}),
    ],
)
def test_a_hostile_anchor_is_no_anchor(copy: Path, value: str) -> None:
    def plant(pdf: pikepdf.Pdf) -> None:
        pdf.Root.PieceInfo["/ReviewApp"].Private.Anchor = pikepdf.String(value)

    anchor = _own(_edit(copy, plant)).anchor
    assert anchor is None or anchor.head is None


def test_our_marks_are_no_drawings_or_words_of_the_document(copy: Path, pdf_file: Path) -> None:
    with open_document(copy) as marked, open_document(pdf_file) as source:
        for number in (1, 2):
            a, b = marked.content(number), source.content(number)
            assert (a.lines, a.drawings, a.images) == (b.lines, b.drawings, b.images)
            assert len(a.annotations) == {1: 5, 2: 1}[number] and not b.annotations
        assert len(marked.page(1).get_cdrawings()) > len(source.page(1).get_cdrawings())


def test_text_of_foreign_annotations_is_read(pdf_file: Path, tmp_path: Path) -> None:
    with pymupdf.open(pdf_file) as doc:
        doc[0].add_freetext_annot(pymupdf.Rect(300, 20, 500, 40), "RELEASE IN PART B6")
        doc.save(tmp_path / "stamped.pdf")
    with open_document(tmp_path / "stamped.pdf") as document:
        assert "RELEASE IN PART B6" in document.content(1).text


def test_a_page_in_front_marked_as_sheet_is_still_searched(copy: Path) -> None:
    def plant(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj.PieceInfo = pdf.pages[-1].obj.PieceInfo

    with open_document(_edit(copy, plant)) as document:
        assert not document.content(1).is_review_sheet and document.content(3).is_review_sheet
