"""The new file holds pages and nothing else; boxes and codes are drawn by us; pictures of pages as a way out."""

# ruff: noqa: E501 -- operators of a PDF are easier to read in one line

from __future__ import annotations

import io
import sys
from pathlib import Path

import pikepdf
import pymupdf
import pytest
from pikepdf import Array, Dictionary, Name

from review_app.domain.errors import InputRefused
from review_app.domain.geometry import Rect
from review_app.engine import operators, redact
from review_app.engine.operators import Unsure
from review_app.engine.sanitise_streams import flate, jpeg, jpeg2000

sys.path.insert(0, str(Path(__file__).parent))

from redact_made import SECRET, box_of, every_byte, helvetica, page_of, pdfium_text, release

TEXT = b"BT /F1 12 Tf 72 700 Td (The officer Quixwarden spoke first) Tj ET"


def _full_of_secrets() -> bytes:
    """One word in many places that are no page content."""
    pdf = pikepdf.open(io.BytesIO(page_of(TEXT)))
    page = pdf.pages[0].obj
    page.PieceInfo = Dictionary(App=Dictionary(Private=SECRET))
    page.Metadata = pdf.make_stream(SECRET.encode())
    page.Annots = Array([pdf.make_indirect(Dictionary(
        Type=Name.Annot, Subtype=Name.Text, Rect=[10, 10, 30, 30], Contents=SECRET,
    ))])
    pdf.Root.Lang = SECRET
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=SECRET)
    pdf.Root.Names = Dictionary(Dests=Dictionary(Names=Array([SECRET, Array([page, Name.Fit])])))
    pdf.Root.AcroForm = Dictionary(XFA=pdf.make_stream(SECRET.encode()), Fields=Array())
    pdf.Root.StructTreeRoot = Dictionary(K=Dictionary(S=Name.P, ActualText=SECRET))
    pdf.Root.PageLabels = Dictionary(Nums=Array([0, Dictionary(P=SECRET)]))
    with pdf.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem(SECRET, 0))
    pdf.docinfo["/Title"] = SECRET
    page.Resources.Properties = Dictionary(P0=Dictionary(ActualText=SECRET))
    page.Contents = pdf.make_stream(
        b"/Span <</ActualText (Quixwarden)>> BDC /Span /P0 BDC\n% Quixwarden\n" + TEXT + b"(Quixwarden) 0 0 1 rg EMC EMC /Quixwarden MP"
    )
    page.Resources.Font[f"/{SECRET}"] = helvetica(pdf)
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def test_nothing_but_pages_is_carried_over(tmp_path: Path) -> None:
    data = _full_of_secrets()
    assert every_byte(data).count(SECRET.encode()) > 8
    done = release(tmp_path, data, box_of(page_of(TEXT)), code="(b)(6)")
    assert SECRET.encode() not in every_byte(done.data)
    assert SECRET.encode("utf-16-be") not in every_byte(done.data)
    with pikepdf.open(io.BytesIO(done.data)) as pdf:
        assert set(pdf.Root.keys()) == {"/Type", "/Pages"}
        assert set(pdf.pages[0].obj.keys()) == {"/Type", "/Parent", "/MediaBox", "/Resources", "/Contents"}
        assert set(pdf.trailer.keys()) <= {"/Root", "/Size", "/ID", "/Type", "/Length", "/Filter", "/W", "/Index", "/DecodeParms"}
        assert not pdf.check_pdf_syntax()
    assert done.data.count(b"%%EOF") == 1 and done.data.endswith(b"%%EOF\n")


def test_a_hidden_layer_goes_and_a_shown_one_stays(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    off, on = (pdf.make_indirect(Dictionary(Type=Name.OCG, Name=n)) for n in ("off", "on"))
    pdf.Root.OCProperties = Dictionary(OCGs=Array([off, on]), D=Dictionary(OFF=Array([off]), ON=Array([on])))
    data = page_of(
        b"/OC /L0 BDC q BT /F1 12 Tf 72 600 Td (Quixwarden) Tj ET 1 0 0 rg 72 500 50 50 re f Q EMC "
        b"/OC /L1 BDC BT /F1 12 Tf 72 650 Td (layer shown) Tj ET EMC " + TEXT.replace(SECRET.encode(), b"somebody"),
        pdf, Properties=Dictionary(L0=off, L1=on),
    )
    done = release(tmp_path, data, [Rect(300, 300, 320, 320)])
    assert SECRET.encode() not in every_byte(done.data) and b"500 50 50 re" not in every_byte(done.data)
    assert "layer shown" in pdfium_text(done.data) and "somebody" in pdfium_text(done.data)


def test_text_off_the_page_goes(tmp_path: Path) -> None:
    data = page_of(TEXT.replace(SECRET.encode(), b"somebody") + b" BT /F1 12 Tf 72 900 Td (Quixwarden) Tj ET")
    done = release(tmp_path, data, [Rect(300, 300, 320, 320)])
    assert SECRET.encode() not in every_byte(done.data) and "somebody" in pdfium_text(done.data)


def test_form_fields_become_page_content_and_can_be_marked(tmp_path: Path) -> None:
    with pymupdf.open() as doc:
        page = doc.new_page()
        widget = pymupdf.Widget()
        widget.field_name, widget.field_type = "f", pymupdf.PDF_WIDGET_TYPE_TEXT
        widget.field_value, widget.rect = "agent Quixwarden here", pymupdf.Rect(72, 100, 300, 120)
        page.add_widget(widget)
        data = bytes(doc.tobytes())
    done = release(tmp_path, data, [Rect(98, 100, 170, 120)])
    assert done.flattened == 1
    text = pdfium_text(done.data)
    assert SECRET not in text and "here" in text
    with pikepdf.open(io.BytesIO(done.data)) as pdf:
        assert "/AcroForm" not in pdf.Root and "/Annots" not in pdf.pages[0].obj


# boxes and codes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("size", "where"), [((80, 14), "box"), ((26, 7), "box"), ((12, 5), "margin"), ((3, 3), "margin")])
@pytest.mark.parametrize("black", [False, True])
def test_each_code_is_seen(size: tuple[int, int], where: str, black: bool, tmp_path: Path) -> None:
    box = Rect(200, 300, 200 + size[0], 300 + size[1])
    done = release(tmp_path, page_of(TEXT), [box], code="(b)(6)", options=redact.Options(black=black))
    (placed,) = done.codes
    assert placed.where == where and "(b)(6)" in pdfium_text(done.data)
    with pymupdf.open(stream=done.data) as doc:
        r = placed.rect
        pixmap = doc[0].get_pixmap(dpi=144, clip=pymupdf.Rect(r.x0, r.y0, r.x1, r.y1))
        assert len(set(pixmap.samples)) > 5  # letters, not an even area


def test_a_full_page_puts_codes_at_the_foot(tmp_path: Path) -> None:
    rows = b" ".join(b"1 0 0 1 2 %d Tm (%s) Tj" % (784 - 9 * i, b"mmmmmmmmm " * 15) for i in range(87))
    data = page_of(b"BT /F1 5.4 Tf " + rows + b" ET")
    done = release(tmp_path, data, [Rect(200, 300, 203, 303)], code="(b)(6)")
    assert [c.where for c in done.codes] == ["foot"] and "(b)(6)" in pdfium_text(done.data)


# raster -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize(("crop", "unit"), [(None, 1), ((36, 40, 590, 770), 1), (None, 2)])
def test_a_page_as_a_picture(turn: int, crop: tuple[int, ...] | None, unit: int, tmp_path: Path) -> None:
    more = {"Rotate": turn, "UserUnit": unit, **({"CropBox": list(crop)} if crop else {})}
    data = page_of(TEXT + b" 1 0 0 rg 100 300 200 100 re f 0 0 1 rg 400 100 50 200 re f", page=more)
    plain = release(tmp_path, data, [Rect(10, 10, 20, 20)])
    done = release(tmp_path, data, [Rect(10, 10, 20, 20)], options=redact.Options(raster=True, dpi=100))
    assert done.raster_pages == [1] and pdfium_text(done.data).strip() == ""
    with pymupdf.open(stream=plain.data) as a, pymupdf.open(stream=done.data) as b:
        before, after = a[0].get_pixmap(dpi=36), b[0].get_pixmap(dpi=36)
        assert (before.width, before.height) == (after.width, after.height)
        different = sum(abs(x - y) > 90 for x, y in zip(before.samples, after.samples, strict=True))
        assert different < 0.002 * len(before.samples)


def test_under_the_boxes_of_a_picture_there_is_nothing(tmp_path: Path) -> None:
    data = page_of(TEXT)
    (box,) = box_of(data)
    done = release(tmp_path, data, [box], options=redact.Options(raster=True))
    with pikepdf.open(io.BytesIO(done.data)) as pdf:
        image = next(iter(pdf.pages[0].obj.Resources.XObject.values()))
        picture = pikepdf.PdfImage(image).as_pil_image().convert("L")
        scale = picture.width / 612
        inside = picture.crop(tuple(round(v * scale) for v in (box.x0, box.y0, box.x1, box.y1)))
        assert inside.getextrema()[0] > 240
        assert picture.getextrema()[0] < 80


# pieces -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [
    b"q 1 0 0 1 0 0 cm [(a) -3.5 <41>] TJ /N#20a Do Q", b"(nested (pa\\)rens) here) Tj", b"<</A [1 2 <<>>]>> x",
    b"BI /W 2 /H 2 /BPC 8 /CS /G ID \xff\x00EI\nEI Q", b"/F1 12 Tf % comment (\n1 Tr", b"--5 1.2.3 + Td",
])
def test_operators_come_out_as_they_went_in(text: bytes) -> None:
    once = b"\n".join(operators.write(op, values) for op, values in operators.read(text))
    again = b"\n".join(operators.write(op, values) for op, values in operators.read(once))
    assert once == again and once
    assert b"comment" not in once


@pytest.mark.parametrize("text", [b"(open Tj", b"[1 2 Tj", b"<</A 1 Tj", b"BI /W 2 ID abc", b"]", b"<4 Tj ) Tj"])
def test_damaged_instructions_are_refused(text: bytes) -> None:
    with pytest.raises(Unsure):
        list(operators.read(text))


def test_strings() -> None:
    assert operators.string(rb"(a\(b\)\101\n\\x\7)") == b"a(b)A\n\\x\x07"
    assert operators.string(b"<4 1 4>") == b"A@"
    assert operators.string(b"(a\\\r\nb\r\nc)") == b"ab\nc"


def test_pictures_lose_their_comments() -> None:
    from PIL import Image

    out = io.BytesIO()
    Image.new("L", (16, 16), 90).save(out, "JPEG", comment=SECRET.encode(), exif=b"Exif\0\0" + SECRET.encode())
    dirty = out.getvalue() + SECRET.encode()
    clean = jpeg(dirty)
    assert dirty.count(SECRET.encode()) == 3 and SECRET.encode() not in clean
    with Image.open(io.BytesIO(clean)) as picture:
        assert picture.getpixel((3, 3)) == pytest.approx(90, abs=3)
    out = io.BytesIO()
    Image.new("L", (16, 16), 90).save(out, "JPEG2000", comment=SECRET)
    assert SECRET.encode() in out.getvalue() and SECRET.encode() not in jpeg2000(out.getvalue())
    import zlib

    assert flate(zlib.compress(b"abc") + SECRET.encode(), 3) == zlib.compress(b"abc")


def test_a_mark_off_the_page_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="Mark 1"):
        release(tmp_path, page_of(TEXT), [Rect(700, 10, 720, 20)])


def test_an_encrypted_file_comes_out_open(tmp_path: Path) -> None:
    from review_app.domain.marks import Mark
    from review_app.engine.documents import open_document

    path = tmp_path / "locked.pdf"
    with pikepdf.open(io.BytesIO(page_of(TEXT))) as pdf:
        pdf.save(path, encryption=pikepdf.Encryption(user="u", owner="o"))
    with open_document(path, passwords=["u"]) as document:
        (rect,) = [w.rect for line in document.content(1).lines for w in line.words if w.text == SECRET]
        done = redact.make(document, [Mark("a", 1, (rect,))])
    assert "officer" in pdfium_text(done.data) and SECRET.encode() not in every_byte(done.data)


def test_an_annotated_copy_of_ours_is_refused(tmp_path: Path) -> None:
    from review_app.domain.marks import Mark
    from review_app.domain.sheet import ReviewSheet
    from review_app.engine import annotate
    from review_app.engine.documents import open_document

    source, copy = tmp_path / "a.pdf", tmp_path / "b.pdf"
    source.write_bytes(page_of(TEXT))
    with open_document(source) as document:
        sheet = ReviewSheet(file="a.pdf", sha256=document.sha256, actor="me", made_at="2026-01-01T00:00:00Z")
        annotate.write(document, [], sheet, copy)
    with open_document(copy) as document, pytest.raises(InputRefused, match="annotated copy"):
        redact.make(document, [Mark("a", 1, (Rect(10, 10, 20, 20),))])


def test_a_signature_is_gone_and_said_so(tmp_path: Path) -> None:
    pdf = pikepdf.open(io.BytesIO(page_of(TEXT)))
    field = pdf.make_indirect(Dictionary(
        Type=Name.Annot, Subtype=Name.Widget, FT=Name.Sig, T="s", Rect=[0, 0, 0, 0], F=132,
        V=Dictionary(Type=Name.Sig, Filter=Name("/Adobe.PPKLite"), Contents=SECRET, Name=SECRET),
    ))
    pdf.pages[0].obj.Annots = Array([field])
    pdf.Root.AcroForm = Dictionary(SigFlags=3, Fields=Array([field]))
    out = io.BytesIO()
    pdf.save(out)
    done = release(tmp_path, out.getvalue(), box_of(page_of(TEXT)))
    assert done.was_signed and SECRET.encode() not in every_byte(done.data)


def test_marks_at_one_place_print_their_codes_once(tmp_path: Path) -> None:
    from review_app.domain.marks import Mark
    from review_app.engine.documents import open_document

    path = tmp_path / "a.pdf"
    path.write_bytes(page_of(TEXT))
    places = [("a", "(b)(6)"), ("b", "(b)(7)(C)"), ("c", "(b)(6)")]
    marks = [Mark(name, 1, (Rect(100, 300, 200, 320),), (code,)) for name, code in places]
    with open_document(path) as document:
        done = redact.make(document, marks)
    assert {c.mark for c in done.codes} == {"a", "b", "c"}
    assert pdfium_text(done.data).split().count("(b)(6),") == 1 and "(b)(7)(C)" in pdfium_text(done.data)


@pytest.mark.parametrize("hidden", [False, True])
def test_a_word_of_the_font_format_is_no_leak_but_a_comment_in_it_is(hidden: bool, tmp_path: Path) -> None:
    from review_app.domain.marks import Mark
    from review_app.engine import verify

    original, copy = tmp_path / "a.pdf", tmp_path / "b.pdf"
    with pymupdf.open() as doc:
        font = Path(__file__).parents[2] / "resources" / "fonts" / "DejaVuSansMono.ttf"
        doc.new_page().insert_text((72, 100), "the current resource of all", fontname="F9", fontfile=str(font))
        original.write_bytes(doc.tobytes())
    rects = [*box_of(original.read_bytes(), "current"), *box_of(original.read_bytes(), "resource")]
    data = release(tmp_path, original.read_bytes(), rects).data
    if hidden:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            for found in pdf.objects:
                if isinstance(found, Dictionary) and "/ToUnicode" in found:
                    found.ToUnicode.write(found.ToUnicode.read_bytes() + b"\n% current")
            pdf.save(copy)
    else:
        copy.write_bytes(data)
    marks = [Mark(f"m{i}", 1, (rect,)) for i, rect in enumerate(rects)]
    assert verify.release(original, copy, marks).passed is not hidden
