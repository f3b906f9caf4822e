"""Removal by glyph: what a box touches is gone from every byte, what it does not touch stays where it was."""

# ruff: noqa: E501 -- operators of a PDF are easier to read in one line

from __future__ import annotations

import io
import random
import re
import sys
from pathlib import Path

import pikepdf
import pymupdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name

from review_app.domain.errors import InputRefused
from review_app.domain.geometry import Rect
from review_app.domain.marks import Mark
from review_app.engine import planning, redact, verify
from review_app.engine.documents import open_document

sys.path.insert(0, str(Path(__file__).parent))

from redact_made import (
    SECRET,
    box_of,
    every_byte,
    helvetica,
    page_of,
    pdfium_text,
    pixels,
    release,
    words,
)

LINE = "The officer Quixwarden spoke first"


def _kept_in_place(before: bytes, after: bytes, gone: set[str], page: int = 0) -> None:
    """All words but ``gone`` are still there, within a tenth of a point."""
    left = words(after, page)
    for word, x, y in words(before, page):
        if word in gone:
            continue
        assert any(w == word and abs(a - x) < 0.1 and abs(b - y) < 0.1 for w, a, b in left), word


TEXTS = {
    "Tj": b"BT /F1 12 Tf 72 700 Td (The officer Quixwarden spoke first) Tj ET",
    "TJ with kerning": b"BT /F1 12 Tf 72 700 Td [(The off) -30 (icer Q) 25 (uixwar) -8 (den spoke) 5 ( first)] TJ ET",
    "spacing and scale": b"BT /F1 12 Tf 1.5 Tc 3 Tw 120 Tz 2 Ts 72 700 Td (The officer Quixwarden spoke first) Tj ET",
    "narrow scale": b"BT /F1 12 Tf 70 Tz 72 700 Td [(The officer Quix) -20 (warden spoke first)] TJ ET",
    "quote": b"BT /F1 12 Tf 14 TL 72 714 Td (The officer Quixwarden spoke first) ' ET",
    "double quote": b'BT /F1 12 Tf 14 TL 72 714 Td 2 .5 (The officer Quixwarden spoke first) " ET',
    "negative size": b"BT /F1 -12 Tf -1 0 0 -1 72 700 Tm (The officer Quixwarden spoke first) Tj ET",
    "scaled by matrix": b"q .5 0 0 .5 10 20 cm BT /F1 1 Tf 24 0 0 24 124 1360 Tm (The officer Quixwarden spoke first) Tj ET Q",
    "hexadecimal": b"BT /F1 12 Tf 72 700 Td <" + LINE.encode().hex().encode() + b"> Tj ET",
    "escaped": rb"BT /F1 12 Tf 72 700 Td (The officer Qui\170warden spoke \146irst) Tj ET",
    "a glyph at a time": b"BT /F1 12 Tf 72 700 Td " + b" ".join(b"(%c) Tj" % c for c in LINE.encode()) + b" ET",
    "outlined": b"BT /F1 12 Tf 1 Tr .4 w 72 700 Td (The officer Quixwarden spoke first) Tj ET",
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_word_goes_however_it_is_shown(name: str, tmp_path: Path) -> None:
    data = page_of(TEXTS[name])
    done = release(tmp_path, data, box_of(data))
    assert done.glyphs == len(SECRET)
    text = pdfium_text(done.data)
    assert "Q" not in text and "x" not in text and "w" not in text
    assert SECRET.encode() not in every_byte(done.data)
    assert "officer" in text and "spoke" in text
    _kept_in_place(data, done.data, {SECRET})


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("crop", [None, (36, 40, 590, 770)])
@pytest.mark.parametrize("unit", [1, 2])
def test_pages_turned_cut_and_scaled(
    turn: int, crop: tuple[int, ...] | None, unit: int, tmp_path: Path
) -> None:
    more = {"Rotate": turn, "UserUnit": unit, **({"CropBox": list(crop)} if crop else {})}
    data = page_of(TEXTS["Tj"], page=more)
    path = tmp_path / "a.pdf"
    path.write_bytes(data)
    with open_document(path) as document:
        rects = [w.rect for line in document.content(1).lines for w in line.words if w.text == SECRET]
        size = document.size(1)
    done = release(tmp_path, data, rects, code="(b)(6)")
    assert done.glyphs == len(SECRET)
    text = pdfium_text(done.data)
    assert "Quix" not in text and "officer" in text and "(b)(6)" in text
    path.write_bytes(done.data)
    with open_document(path) as document:
        assert document.size(1) == pytest.approx(size)
        codes = [w.rect for line in document.content(1).lines for w in line.words if w.text == "(b)(6)"]
        assert len(codes) == 1
        assert not codes[0].inset(1).intersect(rects[0]).is_empty


@pytest.mark.parametrize(("leading", "lost"), [(14.4, 0), (13, 0), (12, 0), (11, 2), (10, 4), (9.5, 9)])
def test_neighbours_of_tight_lines_stay_whole(leading: float, lost: int, tmp_path: Path) -> None:
    """The box is as tall as MuPDF's search gives it: 16.5 points for 12 points of Helvetica. Of letters that
    hang down so far that the box takes half of them none can stay: the copy would not pass."""
    lines = ["a gypsy jumps fjord", "my Quixwarden gap", "HEDGE of thy dock"]
    shown = " ".join(f"1 0 0 1 72 {700 - i * leading:g} Tm ({line}) Tj" for i, line in enumerate(lines))
    data = page_of(f"BT /F1 12 Tf {shown} ET".encode())
    done = release(tmp_path, data, box_of(data))
    assert done.glyphs <= len(SECRET) + lost
    if not lost:
        _kept_in_place(data, done.data, {SECRET})
    assert SECRET not in pdfium_text(done.data)
    out = tmp_path / "out.pdf"
    out.write_bytes(done.data)
    assert verify.release(tmp_path / "source.pdf", out, [Mark("m0", 1, tuple(box_of(data)))]).passed


def test_a_box_over_half_a_line_takes_what_it_touches(tmp_path: Path) -> None:
    data = page_of(TEXTS["Tj"])
    (whole,) = box_of(data)
    lower = Rect(whole.x0, whole.y1 - 5.5, whole.x1, whole.y1)
    assert SECRET not in pdfium_text(release(tmp_path, data, [lower]).data)


def test_a_box_inside_a_word_takes_the_letters_it_touches(tmp_path: Path) -> None:
    data = page_of(TEXTS["Tj"])
    (whole,) = box_of(data)
    middle = Rect(whole.x0 + 12, whole.y0, whole.x1 - 12, whole.y1)
    text = pdfium_text(release(tmp_path, data, [middle]).data)
    assert "uixwarde" not in text and "ixwar" not in text and "officer" in text


def test_a_word_in_nested_forms_goes_from_one_use_alone(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    font = helvetica(pdf)
    inner = pdf.make_stream(
        b"BT /F1 6 Tf 10 10 Td (See Quixwarden there) Tj ET", Type=Name.XObject, Subtype=Name.Form,
        BBox=[0, 0, 400, 100], Matrix=[2, 0, 0, 2, 5, 5], Resources=Dictionary(Font=Dictionary(F1=font)),
    )
    outer = pdf.make_stream(
        b"q 1 0 0 1 20 30 cm /In Do Q", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 600, 700],
        Resources=Dictionary(XObject=Dictionary(In=inner)),
    )
    data = page_of(b"/Out Do q 1 0 0 1 0 300 cm /Out Do Q", pdf, XObject=Dictionary(Out=outer))
    first, second = box_of(data)
    done = release(tmp_path, data, [first])
    assert pdfium_text(done.data).count(SECRET) == 1  # the other one was not marked
    assert box_of(done.data)[0].y0 == pytest.approx(second.y0, abs=0.01)
    both = release(tmp_path, data, [first, second])
    assert SECRET.encode() not in every_byte(both.data)
    assert pdfium_text(both.data).count("There") == 0 and pdfium_text(both.data).count("there") == 2


def test_letters_that_only_the_word_had_leave_the_font(tmp_path: Path) -> None:
    doc = pymupdf.open()
    page = doc.new_page()
    font = Path(__file__).parents[2] / "resources" / "fonts" / "DejaVuSansMono.ttf"
    page.insert_text((72, 100), "The officer Quixwarden spoke", fontname="F9", fontfile=str(font))
    data = bytes(doc.tobytes())
    done = release(tmp_path, data, box_of(data))
    with pikepdf.open(Path(tmp_path / "source.pdf")) as before:
        size = max(len(s.read_bytes()) for s in before.objects if isinstance(s, pikepdf.Stream))
    streams = every_byte(done.data)
    for letter in "Qxd":
        assert b"<%04x>\n" % ord(letter) not in streams
    with pikepdf.open(io.BytesIO(done.data)) as after:
        maps = [f.ToUnicode.read_bytes() for f in after.objects if isinstance(f, Dictionary) and "/ToUnicode" in f]
        programs = [f.FontFile2.read_bytes() for f in after.objects if isinstance(f, Dictionary) and "/FontFile2" in f]
    assert len(maps) == len(programs) == 1
    shown = {chr(int(h, 16)) for h in re.findall(rb"> <([0-9a-f]{4})>", maps[0]) if h != b"ffff"}
    assert shown == set("The officer spoke")
    assert len(programs[0]) < size / 5
    _kept_in_place(data, done.data, {SECRET})


def test_vertical_writing(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    below = Dictionary(
        Type=Name.Font, Subtype=Name.CIDFontType0, BaseFont=Name("/HeiseiMin-W3"),
        CIDSystemInfo=Dictionary(Registry=b"Adobe", Ordering=b"Japan1", Supplement=2), DW=1000,
        FontDescriptor=pdf.make_indirect(Dictionary(
            Type=Name.FontDescriptor, FontName=Name("/HeiseiMin-W3"), Flags=4, FontBBox=[0, -200, 1000, 900],
            ItalicAngle=0, Ascent=800, Descent=-200, CapHeight=700, StemV=80,
        )),
    )
    font = pdf.make_indirect(Dictionary(
        Type=Name.Font, Subtype=Name.Type0, BaseFont=Name("/HeiseiMin-W3-UniJIS-UCS2-V"),
        Encoding=Name("/UniJIS-UCS2-V"), DescendantFonts=Array([pdf.make_indirect(below)]),
    ))
    text = "東京大阪名古屋札幌".encode("utf-16-be").hex().encode()
    data = page_of(
        b"BT /F2 20 Tf 300 700 Td <" + text + b"> Tj ET", pdf, Font=Dictionary(F2=font)
    )
    # The third and fourth characters stand 40 to 80 points below the beginning.
    box = Rect(285, 792 - 700 + 42, 315, 792 - 700 + 78)
    done = release(tmp_path, data, [box])
    assert done.glyphs == 2
    with pymupdf.open(stream=data) as a, pymupdf.open(stream=done.data) as b:
        before = {c["c"]: c["origin"] for c in _chars(a[0])}
        after = {c["c"]: c["origin"] for c in _chars(b[0])}
    assert set(before) - set(after) == set("大阪")
    assert all(after[c] == pytest.approx(before[c], abs=0.05) for c in after)


def _chars(page: pymupdf.Page) -> list[dict[str, object]]:
    return [
        c for block in page.get_text("rawdict")["blocks"] for line in block["lines"]
        for span in line["spans"] for c in span["chars"]
    ]


def test_text_that_clips_shows_nothing_once_its_letters_are_gone(tmp_path: Path) -> None:
    data = page_of(
        b"q BT /F1 40 Tf 7 Tr 72 600 Td (Quixwarden) Tj ET .2 .4 .9 rg 0 0 612 792 re f Q "
        b"BT /F1 12 Tf 72 700 Td (kept line) Tj ET"
    )
    done = release(tmp_path, data, box_of(data))
    assert SECRET not in pdfium_text(done.data) and "kept line" in pdfium_text(done.data)
    with pymupdf.open(stream=done.data) as doc:
        pixmap = doc[0].get_pixmap()
        assert pixmap.pixel(300, 400) == (255, 255, 255)


def test_ink_far_from_its_origin_goes_too(tmp_path: Path) -> None:
    """A Type3 glyph that draws 300 points to the right of where it stands."""
    pdf = pikepdf.new()
    draw = pdf.make_stream(b"500 0 d0 25000 0 400 700 re f")
    font = pdf.make_indirect(Dictionary(
        Type=Name.Font, Subtype=Name.Type3, FontBBox=[0, 0, 0, 0], FontMatrix=[0.001, 0, 0, 0.001, 0, 0],
        FirstChar=65, LastChar=65, Widths=[500], CharProcs=Dictionary(secret=draw),
        Encoding=Dictionary(Type=Name.Encoding, Differences=Array([65, Name("/secret")])),
        Resources=Dictionary(),
    ))
    data = page_of(
        b"BT /F1 12 Tf 72 600 Td (kept line) Tj /T3 12 Tf 0 40 Td (A) Tj ET", pdf, Font=Dictionary(T3=font)
    )
    box = Rect(372, 792 - 655, 378, 792 - 635)
    done = release(tmp_path, data, [box])
    assert done.glyphs == 1
    assert b"secret" not in every_byte(done.data) and b"25000" not in every_byte(done.data)


def test_what_is_not_understood_refuses_the_page_and_offers_the_raster(tmp_path: Path) -> None:
    data = page_of(b"BT /F1 12 Tf 72 700 Td (The officer Quixwarden) Tj ET 1 2 3 Zz")
    with pytest.raises(InputRefused, match=r"^Page 1 .*into pictures"):
        release(tmp_path, data, box_of(data))
    done = release(tmp_path, data, box_of(data), options=redact.Options(raster=True))
    assert done.raster_pages == [1] and SECRET not in pdfium_text(done.data)


def test_same_input_same_bytes(tmp_path: Path) -> None:
    data = page_of(TEXTS["Tj"])
    made = [release(tmp_path, data, box_of(data), code="(b)(6)").data for _ in range(2)]
    assert made[0] == made[1]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(seed=st.integers(0, 10**6))
def test_random_boxes_on_random_text(seed: int, tmp_path: Path) -> None:
    """No glyph whose ink reaches well into a box is left; every glyph clear of all boxes is in its place."""
    rng = random.Random(seed)
    parts = []
    for _ in range(rng.randint(3, 8)):
        size = rng.choice([6, 9, 12, 20]) * rng.choice([1, 1, -1])
        a, b = rng.choice([(1, 0), (1, 0), (0, 1), (-1, 0), (0.866, 0.5)])
        parts.append(
            f"{rng.choice([80, 100, 130])} Tz {rng.choice([0, .5, -.2])} Tc /F1 {size} Tf "
            f"{a} {b} {-b} {a} {rng.uniform(150, 450):.2f} {rng.uniform(150, 650):.2f} Tm "
            f"[(Hamburg) {rng.randint(-400, 400)} (efonts) 120 (iv)] TJ"
        )
    data = page_of(("BT " + "\n".join(parts) + " ET").encode())
    boxes = []
    for _ in range(rng.randint(1, 4)):
        x, y = rng.uniform(120, 480), rng.uniform(120, 650)
        boxes.append(Rect(x, y, x + rng.uniform(3, 60), y + rng.uniform(2, 30)))
    done = release(tmp_path, data, boxes)
    with pymupdf.open(stream=data) as before, pymupdf.open(stream=done.data) as after:
        left = [(c["c"], *c["origin"]) for c in _chars(after[0])]
        for char in _chars(before[0]):
            rect = Rect(*char["bbox"])
            x, y = char["origin"]
            is_left = any(c == char["c"] and abs(u - x) < 0.1 and abs(v - y) < 0.1 for c, u, v in left)
            if all(rect.inset(-0.5).intersect(box).is_empty for box in boxes):
                assert is_left, (char["c"], rect)


def test_nothing_outside_the_box_changes(tmp_path: Path) -> None:
    data = page_of(TEXTS["TJ with kerning"] + b" 0 0 1 rg 72 500 200 40 re f 1 0 0 RG 72 480 m 300 470 l S")
    (box,) = box_of(data)
    done = release(tmp_path, data, [box])
    for clip in (Rect(0, 0, 612, box.y0 - 1), Rect(0, box.y1 + 1, 612, 792), Rect(box.x1 + 2, 0, 612, 792)):
        assert pixels(done.data, dpi=100, clip=clip) == pixels(data, dpi=100, clip=clip)


def test_the_exact_words_are_shown_beforehand(tmp_path: Path) -> None:
    data = page_of(TEXTS["TJ with kerning"] + b" BT /F1 12 Tf 72 600 Td (another line) Tj ET")
    path = tmp_path / "a.pdf"
    path.write_bytes(data)
    (box,) = box_of(data)
    marks = [
        Mark("a", 1, (box,)), Mark("b", 1, (Rect(72, 180, 113, 198), Rect(box.x0 + 20, box.y0, box.x1, box.y1))),
        Mark("c", 1, (Rect(400, 400, 420, 420),)),
    ]
    with open_document(path) as document:
        shown = {one.mark: one.words for one in planning.plan(document, marks).marks}
    assert shown["a"] == (SECRET,) and shown["c"] == ()
    assert shown["b"][0].endswith("arden") and shown["b"][1].startswith("another")
