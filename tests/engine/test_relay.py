"""Lines laid anew: whatever name stood there, the copy is the same, its text whole and in order."""

# ruff: noqa: E501 -- operators of a PDF are easier to read in one line

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pymupdf
import pytest
from pikepdf import Dictionary, Name

from review_app.domain.geometry import Rect
from review_app.domain.guessing import Gap
from review_app.domain.marks import Mark
from review_app.domain.verification import Verification
from review_app.engine import redact, verify
from review_app.engine.documents import open_document

sys.path.insert(0, str(Path(__file__).parent))

from redact_made import page_of, pdfium_text, words

FONT = pymupdf.Font("helv")
SIZE = 12.0
LEFT, TAIL = "We saw ", " at the gate, said the clerk and others."
NAMES = ("Anne Lim", "Maximilian", "Wu", "Bo Garcia")
WIDE = 320.0


def wide(text: str, size: float = SIZE) -> float:
    return float(FONT.text_length(text, fontsize=size))


def one_string(name: str) -> bytes:
    return f"BT /F1 12 Tf 72 700 Td ({LEFT}{name}{TAIL}) Tj 0 -14 Td (The next line) Tj ET".encode()


def kerned(name: str) -> bytes:
    inner = ") -12 (".join(name)
    return f"BT /F1 12 Tf 72 700 Td [(We s) 20 (aw ) ({inner}) 8 ({TAIL[:4]}) 15 ({TAIL[4:]})] TJ ET".encode()


def moves(name: str) -> bytes:
    parts, out = (LEFT, name, TAIL), "BT /F1 12 Tf 72 700 Td "
    for part in parts:
        out += f"({part}) Tj {wide(part):.4f} 0 Td "
    return (out + "(and on) Tj ET").encode()


def matrices(name: str) -> bytes:
    x, out = 72.0, "BT /F1 12 Tf "
    for word in re.findall(r"\S+ ?", LEFT + name + TAIL):
        out += f"1 0 0 1 {x:.4f} 700 Tm ({word}) Tj "
        x += wide(word)
    return (out + "ET").encode()


def justified(name: str) -> bytes:
    text = LEFT + name + TAIL
    space = (WIDE - wide(text)) / text.count(" ")
    return f"BT /F1 12 Tf {space:.5f} Tw 72 700 Td ({text}) Tj 0 Tw 0 -14 Td (The next line) Tj ET".encode()


def justified_by_numbers(name: str) -> bytes:
    text = LEFT + name + TAIL
    space = (WIDE - wide(text)) / text.count(" ") / SIZE * 1000
    return f"BT /F1 12 Tf 72 700 Td [({f') {-space:.3f} ('.join(re.findall(r'[^ ]+ ?', text))})] TJ ET".encode()


def justified_by_letters(name: str) -> bytes:
    text = LEFT + name + TAIL
    space = (WIDE - wide(text)) / len(text)
    return f"BT /F1 12 Tf {space:.5f} Tc 72 700 Td ({text}) Tj ET".encode()


def glyph_by_glyph(name: str) -> bytes:
    x, out = 72.0, ""
    for char in LEFT + name + TAIL:
        out += f"BT /F1 12 Tf {x:.4f} 700 Td ({char}) Tj ET "
        x += wide(char)
    return out.encode()


def quoted(name: str) -> bytes:
    return f'BT /F1 12 Tf 14 TL 72 714 Td 0 0 ({LEFT}{name}{TAIL}) " (The next line) \' ET'.encode()


def scaled(name: str) -> bytes:
    return f"q .5 0 0 .5 0 0 cm BT /F1 1 Tf 24 0 0 24 144 1400 Tm ({LEFT}{name}{TAIL}) Tj ET Q".encode()


def underlined(name: str) -> bytes:
    line = one_string(name).decode()
    a, b = 72 + wide(LEFT + name + " "), 72 + wide(LEFT + name + " at the gate")
    return f"{line} {a:.4f} 698 {b - a:.4f} .6 re f 0.5 w {a:.4f} 704 m {b:.4f} 704 l S".encode()


def underlined_through(name: str) -> bytes:
    line = one_string(name).decode()
    return f"{line} 72 698 {wide(LEFT + name + TAIL):.4f} .6 re f".encode()


def upwards(name: str) -> bytes:
    return f"BT /F1 12 Tf 0 1 -1 0 300 100 Tm ({LEFT}{name}{TAIL}) Tj ET".encode()


def first_in_line(name: str) -> bytes:
    return f"BT /F1 12 Tf 72 700 Td ({name}{TAIL}) Tj ET".encode()


def last_in_line(name: str) -> bytes:
    return f"BT /F1 12 Tf 72 700 Td ({LEFT}{name} ) Tj 0 -14 Td (The next line) Tj ET".encode()


def in_a_table(name: str) -> bytes:
    x = 72 + wide(LEFT + name + " there")
    return f"BT /F1 12 Tf 72 700 Td [({LEFT}{name} there) {-(330 - x) / SIZE * 1000:.3f} (Another cell) ] TJ ET".encode()


LAYOUTS: dict[str, Callable[[str], bytes]] = {
    f.__name__: f for f in (
        one_string, kerned, moves, matrices, justified, justified_by_numbers, justified_by_letters,
        glyph_by_glyph, quoted, scaled, underlined, underlined_through, upwards, first_in_line, last_in_line,
        in_a_table,
    )
}


def _mark(data: bytes, name: str, *, code: str = "(b)(6)") -> Mark:
    """A mark over a name. Its height is the same whatever the name: what is left is its width."""
    with pymupdf.open(stream=data) as doc:
        lines = [
            line for block in doc[0].get_text("rawdict")["blocks"] for line in block.get("lines", ())
        ]
        upright = bool(lines[0]["dir"][1])
        chars = [c for line in lines for span in line["spans"] for c in span["chars"]]
        found = pymupdf.Rect()
        start = "".join(c["c"] for c in chars).index(name)
        for char in chars[start : start + len(name)]:
            found |= pymupdf.Rect(char["bbox"])
        x0, y0, x1, y1 = found
    rect = Rect(round(x0), y0, round(x1), y1) if upright else Rect(x0, round(y0), x1, round(y1))
    return Mark("m", 1, (rect,), (code,))


def _made(
    folder: Path, data: bytes, marks: list[Mark], gap: Gap, *, raster: bool = False
) -> redact.Release:
    path = folder / "a.pdf"
    path.write_bytes(data)
    with open_document(path) as document:
        return redact.make(document, marks, redact.Options(gap=gap, raster=raster))


def _checked(folder: Path, data: bytes, made: redact.Release, marks: list[Mark]) -> Verification:
    original, out = folder / "a.pdf", folder / "b.pdf"
    original.write_bytes(data)
    out.write_bytes(made.data)
    more = [Mark(m.id, m.page, (*m.rects, *made.extended.get(m.id, ())), m.codes) for m in marks]
    return verify.release(original, out, more, gaps=made.gaps)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_copy_is_the_same_whoever_was_named(layout: str, tmp_path: Path) -> None:
    copies = []
    for name in NAMES:
        data = page_of(LAYOUTS[layout](name))
        mark = _mark(data, name)
        made = _made(tmp_path, data, [mark], Gap.AUTO)
        assert made.gaps == {"m": Gap.CONSTANT} and not made.undefended
        result = _checked(tmp_path, data, made, [mark])
        assert result.passed, [(f.what, f.rect) for f in result.findings if f.is_leak]
        copies.append(made.data)
        text = " ".join(pdfium_text(made.data).split())
        tail = text.replace("(b)(6)", "").split()
        wanted = pdfium_text(data).replace(name, " ").split()
        assert sorted(tail) == sorted(wanted)
    assert len(set(copies)) == 1


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_turned_cropped_and_scaled_pages(turn: int, tmp_path: Path) -> None:
    copies = []
    for name in NAMES[:2]:
        data = page_of(one_string(name), page={"Rotate": turn, "CropBox": [36, 40, 590, 770], "UserUnit": 2})
        (tmp_path / "t.pdf").write_bytes(data)
        with open_document(tmp_path / "t.pdf") as document:
            frame = document.frame(1)
            assert frame is not None
            x0, x1 = 72 + wide(LEFT), 72 + wide(LEFT + name)
            mark = Mark("m", 1, (frame.rect_to_page((x0, 697, x1, 711)),), ("(b)(6)",))
        made = _made(tmp_path, data, [mark], Gap.CONSTANT)
        assert _checked(tmp_path, data, made, [mark]).passed
        copies.append(made.data)
    assert copies[0] == copies[1]


def test_inside_a_form_that_another_page_shares(tmp_path: Path) -> None:
    copies = []
    for name in NAMES[:2]:
        pdf = pikepdf.new()
        form = pdf.make_stream(one_string(name), Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 612, 792])
        data = page_of(b"2 Tw /X Do", pdf, XObject=Dictionary(X=form))
        with pikepdf.open(__import__("io").BytesIO(data)) as again:
            again.pages[0].Resources.XObject.X.Resources = Dictionary(Font=again.pages[0].Resources.Font)
            again.save(tmp_path / "f.pdf")
        data = (tmp_path / "f.pdf").read_bytes()
        mark = _mark(data, name)
        made = _made(tmp_path, data, [mark], Gap.CONSTANT)
        assert _checked(tmp_path, data, made, [mark]).passed
        copies.append(made.data)
    assert copies[0] == copies[1]


def test_two_names_in_one_line(tmp_path: Path) -> None:
    copies = []
    for first, second in (("Anne Lim", "Featherstone"), ("Bo Wu", "Li")):
        data = page_of(f"BT /F1 12 Tf 72 700 Td (Then {first} and {second} went home.) Tj ET".encode())
        marks = [_mark(data, first), Mark("n", 1, _mark(data, second).rects)]
        made = _made(tmp_path, data, marks, Gap.AUTO)
        assert _checked(tmp_path, data, made, marks).passed
        copies.append(made.data)
    assert copies[0] == copies[1]


def test_a_long_line_takes_a_narrower_gap_that_tells_nothing(tmp_path: Path) -> None:
    copies = []
    for name in ("Wu", "Ed"):
        tail = " and then they all went home to think about it, which took the whole of the day, as."
        data = page_of(f"BT /F1 12 Tf 72 700 Td (We saw {name}{tail}) Tj ET".encode())
        mark = _mark(data, name)
        made = _made(tmp_path, data, [mark], Gap.CONSTANT)
        assert made.gaps == {"m": Gap.CONSTANT}
        assert _checked(tmp_path, data, made, [mark]).passed
        copies.append(made.data)
        assert max(x for _, x, _ in words(made.data)) < 612 - 18
    assert copies[0] == copies[1]


def test_no_room_at_all_is_said(tmp_path: Path) -> None:
    line = "We saw Wu " + "and on " * 12
    end = 72 + wide(line, 3) - 3
    data = page_of(f"BT /F1 3 Tf 72 700 Td ({line}) Tj ET".encode(), page={"CropBox": [0, 0, end, 792]})
    mark = _mark(data, "Wu")
    made = _made(tmp_path, data, [mark], Gap.CONSTANT)
    assert made.gaps == {"m": Gap.KEEP} and "no room" in made.undefended["m"]
    assert _checked(tmp_path, data, made, [mark]).passed


def test_a_rounded_gap_is_a_multiple_of_the_step(tmp_path: Path) -> None:
    for name in NAMES:
        data = page_of(one_string(name))
        mark = _mark(data, name)
        made = _made(tmp_path, data, [mark], Gap.ROUND)
        assert made.drawn[1][0].width % 18 == pytest.approx(0, abs=0.001)
        assert made.drawn[1][0].width >= wide(name) - 0.01
        assert _checked(tmp_path, data, made, [mark]).passed


def test_the_rest_of_a_line_goes_and_the_next_line_stays(tmp_path: Path) -> None:
    copies = []
    for name, tail in (("Anne Lim", " at the gate"), ("Wu", " and her dog there")):
        data = page_of(f"BT /F1 12 Tf 72 700 Td ({LEFT}{name}{tail}) Tj 0 -14 Td (The next line) Tj ET".encode())
        mark = _mark(data, name)
        made = _made(tmp_path, data, [mark], Gap.LINE)
        assert _checked(tmp_path, data, made, [mark]).passed
        assert pdfium_text(made.data).replace("(b)(6)", "").split() == ["We", "saw", "The", "next", "line"]
        copies.append(made.data)
    assert copies[0] == copies[1]


def test_a_passage_keeps_its_place_and_marks_choose_for_themselves(tmp_path: Path) -> None:
    data = page_of(b"BT /F1 12 Tf 72 700 Td (We saw the five of them walk away at the gate) Tj ET")
    mark = _mark(data, "the five of them walk away")
    made = _made(tmp_path, data, [mark], Gap.AUTO)
    assert made.gaps == {"m": Gap.KEEP} and not made.relaid
    assert {w: x for w, x, _ in words(made.data)}["gate"] == pytest.approx(
        {w: x for w, x, _ in words(data)}["gate"], abs=0.01
    )
    made = _made(tmp_path, data, [Mark("m", 1, mark.rects, gap=Gap.CONSTANT)], Gap.KEEP)
    assert made.gaps == {"m": Gap.CONSTANT} and made.relaid


def test_the_text_layer_of_a_scan_stays_where_its_picture_is(tmp_path: Path) -> None:
    data = page_of(b"BT 3 Tr /F1 12 Tf 72 700 Td (We saw Garcia at the gate) Tj ET")
    with pymupdf.open(stream=data) as doc:
        doc[0].insert_image(doc[0].rect, pixmap=doc[0].get_pixmap(dpi=20), overlay=False)
        data = doc.tobytes()
    made = _made(tmp_path, data, [_mark(data, "Garcia")], Gap.CONSTANT)
    assert made.gaps == {"m": Gap.KEEP} and "scan" in made.undefended["m"]


@pytest.mark.parametrize("layout", ["one_string", "justified", "kerned"])
def test_a_page_made_a_picture_is_laid_anew_in_steps_before(layout: str, tmp_path: Path) -> None:
    copies = []
    for name in ("Wu", "Ed", "Anne Lim"):
        data = page_of(LAYOUTS[layout](name))
        mark = _mark(data, name)
        if layout == "justified":  # there the space inside of the name is stretched, too
            mark = Mark("m", 1, (Rect(round(mark.rects[0].x0), *mark.rects[0].as_list()[1:]),), mark.codes)
        made = _made(tmp_path, data, [mark], Gap.AUTO, raster=True)
        assert made.raster_pages == [1] and made.gaps == {"m": Gap.ROUND} and not made.undefended
        assert made.drawn[1][0].width % 36 == pytest.approx(0, abs=0.01)
        result = _checked(tmp_path, data, made, [mark])
        assert result.passed, [(f.what, f.rect) for f in result.leaks]
        copies.append(made.data)
    if layout == "one_string":  # both names are narrower than one step
        assert copies[0] == copies[1] != copies[2]


def test_a_picture_of_a_page_that_is_not_understood_keeps_its_gaps_and_says_so(tmp_path: Path) -> None:
    data = page_of(one_string("Garcia") + b" 1 2 3 Zz")
    made = _made(tmp_path, data, [_mark(data, "Garcia")], Gap.CONSTANT, raster=True)
    assert made.gaps == {"m": Gap.KEEP} and "picture" in made.undefended["m"]


# what the verifier says of a line that was not laid anew as it should ------------------------------------


def _check_other(folder: Path, before: bytes, after: bytes, mark: Mark) -> Verification:
    made = _made(folder, after, [Mark("x", 1, (Rect(500, 20, 540, 40),))], Gap.KEEP)
    made.gaps = {"m": Gap.CONSTANT}
    return _checked(folder, before, made, [mark])


def test_a_gap_that_was_not_defended_fails(tmp_path: Path) -> None:
    data = page_of(one_string("Garcia"))
    mark = _mark(data, "Garcia")
    made = _made(tmp_path, data, [mark], Gap.KEEP)
    assert _checked(tmp_path, data, made, [mark]).passed
    made.gaps = {"m": Gap.CONSTANT}
    result = _checked(tmp_path, data, made, [mark])
    assert not result.passed and [str(f.channel) for f in result.leaks] == ["width"]


@pytest.mark.parametrize("line", [
    "We saw Gar at the gate, said the clerk and others.",  # letters of the word are left
    "We saw at the gate, said Garcia the clerk and others.",  # the word moved along
    "We saw at gate the, said the clerk and others.",  # another order
    "We saw at the gate, said the clerk.",  # words lost
])
def test_a_line_that_is_not_what_it_was_fails(line: str, tmp_path: Path) -> None:
    before = page_of(one_string("Garcia"))
    after = page_of(f"BT /F1 12 Tf 72 700 Td ({line}) Tj 0 -14 Td (The next line) Tj ET".encode())
    assert not _check_other(tmp_path, before, after, _mark(before, "Garcia")).passed


def test_marks_that_end_within_words_raise_no_alarm(tmp_path: Path) -> None:
    """What one mark removes, another leaves standing as the rest of a word: it stood there before."""
    text = "Some traffic, more traffic"
    data = page_of(f"BT /F1 12 Tf 72 700 Td ({text}) Tj ET".encode())
    rects = []
    for start, end in ((5, 9), (23, 26)):  # "traf" goes, then "fic": "traf" stands alone
        x0, x1 = 72 + wide(text[:start]) + 0.5, 72 + wide(text[:end]) - 0.5
        rects.append(Rect(x0, 79, x1, 96))
    marks = [Mark("a", 1, (rects[0],)), Mark("b", 1, (rects[1],))]
    made = _made(tmp_path, data, marks, Gap.KEEP)
    assert pdfium_text(made.data).split()[-1].startswith("traf")
    result = _checked(tmp_path, data, made, marks)
    assert result.passed, [f.what for f in result.leaks]
