"""Copies that are honest and once failed: marks that overlap, fonts with one name, text that nobody saw."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pikepdf
import pymupdf
import pytest
from pikepdf import Array, Dictionary, Name

from review_app.domain.geometry import Rect
from review_app.domain.guessing import Gap
from review_app.domain.marks import Mark
from review_app.domain.verification import Channel, Verification
from review_app.engine import redact, verify
from review_app.engine.documents import open_document

sys.path.insert(0, str(Path(__file__).parent))

from redact_made import every_byte, page_of, words

LINE = "The committee of the northern harbour met Weatherby on Monday in the morning"


def _checked(
    folder: Path, data: bytes, rects: Sequence[Rect], gap: Gap = Gap.KEEP, code: str = "(b)(6)"
) -> tuple[redact.Release, Verification]:
    path, out = folder / "a.pdf", folder / "b.pdf"
    path.write_bytes(data)
    marks = [Mark(f"m{i}", 1, (r,), (code,) if code else ()) for i, r in enumerate(rects)]
    with open_document(path) as document:
        made = redact.make(document, marks, redact.Options(gap=gap))
    out.write_bytes(made.data)
    own = [Mark(m.id, m.page, (*m.rects, *made.extended.get(m.id, ())), m.codes) for m in marks]
    return made, verify.release(path, out, own, gaps=made.gaps, is_blind=made.is_blind)


def _why(result: Verification) -> list[object]:
    return [(f.what, f.rect) for f in result.leaks] + [c.name for c in result.checks if not c.passed]


def _page(*lines: str, size: float = 12, leading: float = 14.4) -> bytes:
    with pymupdf.open() as doc:
        page = doc.new_page()
        for row, text in enumerate(lines):
            page.insert_text((72, 100 + leading * row), text, fontsize=size)
        return bytes(doc.tobytes())


def _at(data: bytes, word: str) -> Rect:
    with pymupdf.open(stream=data) as doc:
        return Rect(*doc[0].search_for(word)[0])


def _aside(rect: Rect, dx: float, dy: float) -> Rect:
    return Rect(rect.x0 + dx, rect.y0 + dy, rect.x1 + dx, rect.y1 + dy)


@pytest.mark.parametrize("gap", [Gap.CONSTANT, Gap.ROUND, Gap.LINE])
def test_marks_that_overlap_on_a_line_laid_anew_have_one_box(gap: Gap, tmp_path: Path) -> None:
    data = _page(LINE)
    place = _at(data, "Weatherby")
    made, result = _checked(tmp_path, data, [place, _aside(place, 12, -2.5), _aside(place, -9, 3)], gap)
    assert result.passed, _why(result)
    assert len({(round(b.x0, 2), round(b.y0, 2), round(b.x1, 2)) for b in made.drawn[1]}) == 1
    assert "Weatherby" not in [w for w, _, _ in words(made.data)]


def test_codes_of_boxes_that_overlap_do_not_stand_on_each_other(tmp_path: Path) -> None:
    data = _page(LINE, size=20)
    place = _at(data, "Weather")
    path = tmp_path / "a.pdf"
    path.write_bytes(data)
    marks = [
        Mark("a", 1, (place,), ("(b)(6)",)), Mark("b", 1, (_aside(place, 4, 2),), ("(b)(6)",)),
        Mark("c", 1, (_aside(place, 6, -2),), ("(b)(1)",)),
    ]
    with open_document(path) as document:
        made = redact.make(document, marks)
    a, b, c = made.codes
    assert a.rect == b.rect and not c.rect.meets(a.rect)
    (tmp_path / "b.pdf").write_bytes(made.data)
    result = verify.release(path, tmp_path / "b.pdf", marks, gaps=made.gaps)
    assert result.passed, _why(result)


def test_a_line_that_went_whole_has_a_box_shorter_than_its_mark(tmp_path: Path) -> None:
    data = _page(LINE, "and this line stays")
    place = _at(data, LINE)
    made, result = _checked(tmp_path, data, [place], Gap.CONSTANT)
    assert result.passed, _why(result)
    assert made.drawn[1][0].width < place.width / 4


def test_a_mark_much_higher_than_its_line_keeps_its_box(tmp_path: Path) -> None:
    made, result = _checked(tmp_path, _page("Weatherby"), [Rect(0, 0, 595, 842)], Gap.CONSTANT)
    assert result.passed, _why(result)
    assert made.undefended and made.drawn[1][0].width > 500


def test_a_box_wider_than_its_word_covers_no_other_line(tmp_path: Path) -> None:
    """Two texts stand crosswise: the rest of the marked line would go over the other one."""
    data = page_of(
        b"BT /F1 12 Tf 1 0 0 1 72 700 Tm (met Weatherby on Monday) Tj ET "
        b"BT /F1 12 Tf 0 1 -1 0 330 640 Tm (this one runs up the page) Tj ET"
    )
    made, result = _checked(tmp_path, data, [_at(data, "Weatherby")], Gap.LINE)
    assert result.passed, _why(result)
    assert made.undefended == {"m0": "its box would cover other text"}


def test_several_lines_of_one_mark_are_defended_together_or_not_at_all(tmp_path: Path) -> None:
    data = _page(LINE, LINE, LINE)
    path, first = tmp_path / "a.pdf", _at(data, "Weatherby")
    path.write_bytes(data)
    second = Rect(first.x0, first.y0 + 14.4, first.x1, first.y1 + 28.8)  # over two lines
    marks = [Mark("m", 1, (first, second), ("(b)(6)",))]
    with open_document(path) as document:
        made = redact.make(document, marks, redact.Options(gap=Gap.CONSTANT))
    (tmp_path / "b.pdf").write_bytes(made.data)
    assert made.gaps == {"m": Gap.KEEP} and not made.relaid
    result = verify.release(path, tmp_path / "b.pdf", marks, gaps=made.gaps)
    assert result.passed, _why(result)


def test_stretched_text_keeps_its_height_when_the_rest_of_its_line_goes(tmp_path: Path) -> None:
    data = page_of(
        b"BT /F1 8 Tf 400 Tz 1 0 0 1 72 700 Tm (met Weat on) Tj ET "
        b"BT /F1 8 Tf 100 Tz 1 0 0 1 72 712 Tm (the line above stays here) Tj ET "
        b"BT /F1 8 Tf 1 0 0 1 72 688 Tm (the line below stays here) Tj ET"
    )
    made, result = _checked(tmp_path, data, [_at(data, "Weat")], Gap.LINE)
    assert result.passed, _why(result)
    kept = [w for w, _, _ in words(made.data)]
    assert kept.count("stays") == 2 and "on" not in kept
    assert all(b.height < 16 for b in made.drawn[1])


def test_an_area_cut_in_two_looks_as_before_beside_the_mark(tmp_path: Path) -> None:
    """A thin filled rectangle, cut: readers draw the pieces as sharp as the whole."""
    rules = b"".join(b"0 g %d 40 0.72 720 re f\n" % x for x in (94, 97, 500))
    data = page_of(rules + b"BT /F1 12 Tf 1 0 0 1 80 400 Tm (Weatherby stands on the rules) Tj ET")
    _, result = _checked(tmp_path, data, [_at(data, "Weatherby")])
    assert result.passed, _why(result)
    assert result.kept is not None and result.kept.changed_pixels < 60


def test_a_word_under_a_black_bar_is_no_word_lost(tmp_path: Path) -> None:
    """It goes because nobody sees it; the full stop beside the bar stays."""
    bar = b"0 g 99.5 696.8 60.5 12 re f "
    data = page_of(
        b"BT /F1 12 Tf 1 0 0 1 72 700 Tm (met Weatherby. on Monday) Tj ET " + bar
        + b"BT /F1 12 Tf 1 0 0 1 72 600 Tm (another line with Weatherby) Tj ET"
    )
    other = Rect(170, 180, 240, 196)
    made, result = _checked(tmp_path, data, [other])
    assert result.passed, _why(result)
    assert "Weatherby." not in [w for w, _, _ in words(made.data)]


def test_black_text_on_a_black_label_over_a_scan_goes(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    image = pdf.make_stream(
        bytes([255, 240]) * 50, Type=Name.XObject, Subtype=Name.Image, Width=10, Height=10,
        ColorSpace=Name.DeviceGray, BitsPerComponent=8,
    )
    label = b"0 g %d 600 90 14 re f BT /F1 10 Tf 1 0 0 1 %d 603 Tm (Weatherby) Tj ET "
    data = page_of(
        b"q 612 0 0 792 0 0 cm /I Do Q " + label % (72, 74) + label % (300, 302), pdf,
        XObject=Dictionary(I=image),
    )
    made, result = _checked(tmp_path, data, [Rect(70, 176, 164, 194)])
    assert result.passed, _why(result)
    assert "Weatherby" not in [w for w, _, _ in words(made.data)]


@pytest.mark.parametrize(
    ("word", "rest"), [("start", "an object"), ("40005", "and 1.40005 m"), ("named", "demanded")]
)
def test_parts_of_the_format_are_no_removed_words(word: str, rest: str, tmp_path: Path) -> None:
    """``startxref`` ends every file, and a place on the page may have the figures of a number."""
    data = page_of(
        b"BT /F1 12 Tf 1 0 0 1 72 700 Tm (a %s here) Tj ET 0 g 300 0.40005 2 1.40005 re f "
        b"BT /F1 12 Tf 1 0 0 1 72.40005 600 Tm (%s) Tj ET" % (word.encode(), rest.encode().split(b"1.")[0])
    )
    _, result = _checked(tmp_path, data, [_at(data, word)])
    assert result.passed, _why(result)

    with pikepdf.open(tmp_path / "b.pdf") as pdf:
        page = pdf.pages[0]
        page.Contents = pdf.make_stream(page.Contents.read_bytes() + b" BT 3 Tr (%s) Tj ET" % word.encode())
        pdf.save(tmp_path / "c.pdf")
    marks = [Mark("m0", 1, (_at(data, word),), ("(b)(6)",))]
    bad = verify.release(tmp_path / "a.pdf", tmp_path / "c.pdf", marks)
    assert any(f.channel in (Channel.STREAM, Channel.HIDDEN_TEXT) for f in bad.leaks)


@pytest.mark.parametrize("kind", ["Highlight", "Square", "FreeText"])
def test_annotations_without_an_appearance_stay_or_go_as_marked(kind: str, tmp_path: Path) -> None:
    """Each reader draws them as it likes: the copy has one look, and what a mark covers of it goes."""
    pdf = pikepdf.new()
    annotation = pdf.make_indirect(Dictionary(
        Type=Name.Annot, Subtype=Name("/" + kind), Rect=[72, 580, 300, 640], C=[1, 0.9, 0], F=4,
        QuadPoints=[72, 640, 300, 640, 72, 580, 300, 580], Contents="Weatherby told them",
        DA="/Helv 20 Tf 0 g",
    ))
    data = page_of(
        b"BT /F1 12 Tf 72 700 Td (a line of the page) Tj ET", pdf, page={"Annots": [annotation]}
    )
    is_covered = kind == "FreeText"
    place = Rect(60, 140, 320, 220) if is_covered else Rect(100, 300, 150, 320)
    made, result = _checked(tmp_path, data, [place])
    assert result.passed, _why(result)
    with pymupdf.open(stream=made.data) as doc:
        picture = doc[0].get_pixmap(clip=pymupdf.Rect(65, 145, 310, 215))
        assert "Weatherby" not in doc[0].get_text()
    assert is_covered or len(set(picture.samples)) > 1


@pytest.mark.parametrize("entries", [
    {"Subtype": Name.FreeText, "Contents": "Weatherby told them", "DA": "/Helv 20 Tf 0 g"},
    {"Subtype": Name.Widget, "FT": Name.Tx, "T": "name", "V": "Weatherby", "DA": "/Helv 20 Tf 0 g"},
    {"Subtype": Name.Widget, "FT": Name.Ch, "T": "pick", "Opt": Array(["nobody", "Weatherby"])},
])
def test_words_of_annotations_without_an_appearance_do_not_become_text(
    entries: dict[str, Any], tmp_path: Path
) -> None:
    """Planted against: drawn as MuPDF does, the options of a list stood on the page of the copy."""
    pdf = pikepdf.new()
    annotation = pdf.make_indirect(Dictionary(Type=Name.Annot, Rect=[72, 480, 300, 540], F=4, **entries))
    if "FT" in entries:
        pdf.Root.AcroForm = Dictionary(Fields=Array([annotation]))
    data = page_of(b"BT /F1 12 Tf 72 700 Td (Weatherby told them) Tj ET", pdf, page={"Annots": [annotation]})
    made, result = _checked(tmp_path, data, [Rect(70, 80, 130, 96)])
    assert result.passed, _why(result)
    assert b"Weatherby" not in every_byte(made.data)


def test_a_comment_that_is_left_out_is_no_pixel_lost(tmp_path: Path) -> None:
    with pymupdf.open() as doc:
        page = doc.new_page()
        page.insert_text((72, 100), "a line of the page")
        for row in range(12):
            page.add_text_annot((300, 200 + 30 * row), "a note")
        data = bytes(doc.tobytes())
    made, result = _checked(tmp_path, data, [Rect(72, 600, 120, 620)])
    assert result.passed, _why(result)
    assert made.left_out["Text"] == 12


def test_a_filled_form_passes_and_keeps_what_was_filled_in(tmp_path: Path) -> None:
    with pymupdf.open() as doc:
        page = doc.new_page()
        page.insert_text((72, 100), LINE)
        for row in range(8):
            field = pymupdf.Widget()
            field.field_type, field.field_name = pymupdf.PDF_WIDGET_TYPE_TEXT, f"f{row}"
            field.field_value = "Weatherby" if row == 3 else "filled in by hand"
            field.rect = pymupdf.Rect(72, 300 + 30 * row, 300, 320 + 30 * row)
            page.add_widget(field)
        data = bytes(doc.tobytes())
    made, result = _checked(tmp_path, data, [Rect(70, 388, 302, 412)])
    assert result.passed, _why(result)
    kept = [w for w, _, _ in words(made.data)]
    assert kept.count("filled") == 7 and kept.count("Weatherby") == 1
