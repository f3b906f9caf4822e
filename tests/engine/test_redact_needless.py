"""What made copies fail without need: words that the format uses too, grazed commas, text in two layers."""

from __future__ import annotations

import io
import struct
import sys
from pathlib import Path

import pikepdf
import pymupdf
import pytest

from review_app.domain.geometry import Rect
from review_app.domain.guessing import Gap
from review_app.domain.marks import Mark
from review_app.domain.verification import Channel, Verification
from review_app.engine import redact, ttf, verify, verify_kept
from review_app.engine.documents import open_document

sys.path.insert(0, str(Path(__file__).parent))

from redact_made import page_of, words

FONT = Path(__file__).resolve().parents[2] / "resources" / "fonts" / "DejaVuSansMono.ttf"


def _checked(folder: Path, data: bytes, *rects: Rect) -> tuple[redact.Release, Verification]:
    path, out = folder / "a.pdf", folder / "b.pdf"
    path.write_bytes(data)
    marks = [Mark(f"m{i}", 1, (r,)) for i, r in enumerate(rects)]
    with open_document(path) as document:
        made = redact.make(document, marks)
    out.write_bytes(made.data)
    return made, verify.release(path, out, marks, gaps=made.gaps)


@pytest.mark.parametrize("word", ["ID", "Link", "Action", "Annot", "URI", "X1", "F12", "XRef", "Fit", "Type"])
def test_a_word_that_the_format_uses_too_can_be_removed(word: str, tmp_path: Path) -> None:
    with pymupdf.open() as doc:
        page = doc.new_page()
        page.insert_text((72, 100), f"The number {word} was given")
        page.insert_text((72, 200), "elsewhere a place to go to")
        place = (72, 190, 120, 204)
        page.insert_link({"kind": pymupdf.LINK_URI, "from": pymupdf.Rect(place), "uri": "https://example.org/a"})
        rect = Rect(*page.search_for(word)[0])
        data = doc.tobytes()
    made, result = _checked(tmp_path, data, rect)
    assert result.passed, [(f.what, f.where) for f in result.leaks]
    assert made.links == 1 and word not in [w for w, _, _ in words(made.data)]


def test_such_a_word_in_a_string_of_the_file_still_fails(tmp_path: Path) -> None:
    with pymupdf.open() as doc:
        doc.new_page().insert_text((72, 100), "The number 4711 was given")
        rect = Rect(*doc[0].search_for("4711")[0])
        path = tmp_path / "a.pdf"
        doc.save(path)
        doc[0].add_redact_annot(rect.as_list())
        doc[0].apply_redactions()
        doc.set_metadata({"title": "number 4711"})
        doc.save(tmp_path / "b.pdf", garbage=4)
    result = verify.release(path, tmp_path / "b.pdf", [Mark("m", 1, (rect,))])
    assert any("string or name" in f.what for f in result.leaks)


@pytest.mark.parametrize(
    "word", ["System", "Roman", "Times", "Identity", "Adobe", "Encoding", "Component", "Sans"])
def test_a_word_in_names_of_fonts_and_of_the_format_can_be_removed(word: str, tmp_path: Path) -> None:
    with pymupdf.open() as doc:
        page = doc.new_page()
        page.insert_text((72, 100), f"The number {word} was given", fontname="tiro")
        page.insert_text((72, 200), "and more of it", fontname="dejavu", fontfile=str(FONT))
        rect = Rect(*page.search_for(word)[0])
        data = doc.tobytes()
    _, result = _checked(tmp_path, data, rect)
    assert result.passed, [(f.what, f.where) for f in result.leaks]


def test_a_font_in_the_file_loses_a_name_that_holds_a_removed_word(tmp_path: Path) -> None:
    word = "DejaVu"
    with pymupdf.open() as doc:
        page = doc.new_page()
        page.insert_text((72, 100), f"The thing {word} was given", fontname="F0", fontfile=str(FONT))
        rect = Rect(*page.search_for(word)[0])
        data = doc.tobytes()
    made, result = _checked(tmp_path, data, rect)
    assert result.passed, [(f.what, f.where) for f in result.leaks]
    with pikepdf.open(io.BytesIO(made.data)) as pdf:
        fonts = [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and "/BaseFont" in o]
        names = [str(font.BaseFont) for font in fonts]
    assert names and not any(word.lower() in n.lower() for n in names)


@pytest.mark.parametrize(("up", "down"), [(12.0, 2.0), (10.0, 5.0), (12.0, 5.0)])
def test_commas_and_quotes_of_neighbours_that_a_mark_takes_go_and_the_copy_passes(
    up: float, down: float, tmp_path: Path
) -> None:
    text = "first, go; 'Garf' said \"so\" here,"
    with pymupdf.open() as doc:
        page = doc.new_page()
        for row in range(3):
            page.insert_text((72, 100 + 13 * row), text, fontsize=12)
        data = doc.tobytes()
    made, result = _checked(tmp_path, data, Rect(70, 113 - up, 400, 113 + down))
    assert result.passed, [f.what for f in result.leaks]
    kept = [w for w, _, y in words(made.data) if not 102 <= y <= 108]
    assert len([w for w in kept if w.strip("',;\"") in ("first", "go", "Garf", "said", "so", "here")]) == 12


def test_text_in_two_layers_keeps_the_one_that_is_seen(tmp_path: Path) -> None:
    """A layer in the ground's colour lies behind: it goes, and that is no loss."""
    text = b"(shadowed words stand here) Tj ET "
    data = page_of(b"1 g BT /F1 8 Tf 72 699.6 Td " + text + b"0 g BT /F1 8 Tf 72 700 Td " + text)
    _, result = _checked(tmp_path, data, Rect(300, 300, 340, 320))
    assert result.passed, [c.name for c in result.checks if not c.passed]
    assert result.kept is not None and result.kept.share == 1.0


def test_a_word_that_stood_twice_and_is_gone_is_a_loss() -> None:
    twice = [(72.0, 91.6, 100.0, 99.6, "word"), (72.0, 92.0, 100.0, 100.0, "word")]
    assert verify_kept.compare_words(twice, twice[1:], []).kept == 2
    assert verify_kept.compare_words(twice, [], []).kept == 0
    aside = [(72.0, 97.0, 100.0, 105.0, "word")]
    assert verify_kept.compare_words(twice[:1], aside, []).kept == 0


def test_widths_of_letters_that_went_are_gone_from_the_font() -> None:
    """Makers of subsets give unused letters no width: one that has a width and no outline was used once."""
    tables = ttf.tables(FONT.read_bytes())
    count = struct.unpack_from(">H", tables[b"maxp"], 4)[0]
    # A proportional font: each glyph has a width of its own.
    tables[b"hmtx"] = b"".join(struct.pack(">Hh", 500 + g % 700, 10) for g in range(count))
    tables[b"hhea"] = tables[b"hhea"][:34] + struct.pack(">H", count)
    font = ttf._assemble(tables)
    cut = ttf.subset(font, [40, 50])
    units, before = ttf.advances(font)
    _, after = ttf.advances(cut)
    assert units and before[45] > 0 and after[40] == before[40] and after[50] == before[50]
    assert [after[g] for g in range(41, 50)] == [0] * 9
    tables = ttf.tables(cut)
    assert struct.unpack_from(">H", tables[b"hhea"], 10)[0] == max(after)


@pytest.mark.parametrize("gap", [Gap.KEEP, Gap.CONSTANT, Gap.ROUND])
def test_words_at_both_sides_of_a_mark_are_not_the_phrase_removed_elsewhere(gap: Gap, tmp_path: Path) -> None:
    path, out = tmp_path / "a.pdf", tmp_path / "b.pdf"
    with pymupdf.open() as doc:
        page = doc.new_page()
        page.insert_text((72, 100), "They met North Harbour people on Monday")
        page.insert_text((72, 120), "and went to the North II Harbour after that")
        page.insert_text((72, 140), "to see what North wind and a Harbour crane are like")
        places = [Rect(*page.search_for(w)[0]) for w in ("North Harbour", "II")]
        doc.save(path)
    marks = [Mark(f"m{i}", 1, (r,), ("(b)(6)",)) for i, r in enumerate(places)]
    with open_document(path) as document:
        made = redact.make(document, marks, redact.Options(gap=gap))
    out.write_bytes(made.data)
    result = verify.release(path, out, marks, gaps=made.gaps)
    assert result.passed, [(f.what, f.where, f.rect) for f in result.leaks]

    # The phrase itself, put back unseen beside the second mark, or seen where it never stood.
    for where, mode in (((72, 120), 3), ((72, 400), 0)):
        with pymupdf.open(out) as doc:
            doc[0].insert_text(where, "North Harbour", render_mode=mode)
            doc.save(tmp_path / "bad.pdf", garbage=4)
        bad = verify.release(path, tmp_path / "bad.pdf", marks, gaps=made.gaps)
        assert any(f.channel is Channel.HIDDEN_TEXT for f in bad.leaks)


def test_codes_of_marks_that_overlap_are_no_text_left_in_them(tmp_path: Path) -> None:
    path, out = tmp_path / "a.pdf", tmp_path / "b.pdf"
    with pymupdf.open() as doc:
        page = doc.new_page()
        page.insert_text((72, 100), "The committee of the northern harbour met on Monday in the morning")
        doc.save(path)
    marks = [
        Mark(f"m{i}", 1, (Rect(x, 90, x + 60, 103),), ("(b)(6)",)) for i, x in enumerate((90, 120, 145))
    ]
    with open_document(path) as document:
        made = redact.make(document, marks)
    out.write_bytes(made.data)
    result = verify.release(path, out, marks, gaps=made.gaps)
    assert result.passed, [(f.what, f.where, f.rect) for f in result.leaks]
    with pymupdf.open(out) as doc:
        doc[0].insert_text((130, 100), "harbour")
        doc.save(tmp_path / "bad.pdf")
    bad = verify.release(path, tmp_path / "bad.pdf", marks, gaps=made.gaps)
    assert any(f.channel is Channel.UNDER_MARK for f in bad.leaks)
