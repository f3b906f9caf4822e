"""The verifier against careless release copies: it finds what is left, and passes what is clean."""

from __future__ import annotations

import io
import json
import sys
from dataclasses import replace
from pathlib import Path

import pikepdf
import pymupdf
import pytest

sys.path.insert(0, str(Path(__file__).parent))

import careless
import leak_channels

from review_app.domain.errors import InputRefused
from review_app.domain.geometry import Rect
from review_app.domain.marks import Mark
from review_app.domain.rows import LogHead
from review_app.domain.verification import Channel, Verification
from review_app.engine import verify, verify_pages

# One of each way in which a word survives the recipe; the bench runs every case through every recipe.
LEFT = {
    "plain": ("t01_simple_font", "i01_flate"),
    "garbage": (
        "a03_highlight", "a05_field", "a06_xfa", "d01_outline", "d02_page_label", "d03_named_place",
        "d04_info", "d05_private_data", "d06_attached_archive", "d07_actual_text", "d16_object_stream",
        "d17_script_names", "d25_utf16", "d26_reversed_hex",
        "d30_two_words", "d31_short_name", "t02_truetype_tounicode",
        "t03_truetype_private_codes", "t07_type3_word", "t16_invisible", "t16_tiny", "t16_white",
        "t17_outside_crop", "t18_clipped", "t19_behind_picture", "t25_tiling_pattern", "t26_soft_mask",
        "t27_shading_clip", "t29_one_path", "i14_outside_crop", "i18_thumbnail", "i19_in_pattern",
        "i21_jpeg_comment", "i22_behind_data",
    ),
    "copied": ("d13_hidden_layer",),
    "covered": ("t01_simple_font", "t28_outlines", "i02_jpeg", "i08_soft_mask", "i09_under_mask"),
}
CLEAN = (
    "t01_simple_font", "t08_form_shared", "t13_page_turned_90", "t14_cropped_turned", "t15_user_unit_cropped",
    "i03_fax", "i17_scan_with_text", "d20_encrypted", "d30_two_words",
)


def _check(tmp_path: Path, case: leak_channels.Case, data: bytes) -> Verification:
    original, output = tmp_path / "original.pdf", tmp_path / "output.pdf"
    original.write_bytes(case.data)
    output.write_bytes(data)
    return verify.release(
        original, output, case.marks, passwords=[case.password] if case.password else []
    )


def test_the_channels_are_many_and_small() -> None:
    names = leak_channels.names()
    assert len(names) >= 80
    for name in names[::12]:
        case = leak_channels.make(name)
        assert case.marks and len(case.data) < 200_000
        with pymupdf.open(stream=case.data, filetype="pdf") as doc:
            if case.password:
                assert doc.authenticate(case.password)
            text = doc[0].get_text()
            assert all(word in text for word in case.neighbours), name


@pytest.mark.parametrize(("recipe", "name"), [(r, n) for r, names in LEFT.items() for n in names])
def test_what_is_left_is_found(tmp_path: Path, recipe: str, name: str) -> None:
    case = leak_channels.make(name)
    found = _check(tmp_path, case, careless.RECIPES[recipe](case.data, case.marks, case.password))
    assert not found.passed and found.leaks
    told = json.dumps(found.certificate())
    assert leak_channels.SECRET.lower() not in told.lower(), "the word itself is never told"


@pytest.mark.parametrize("name", CLEAN)
def test_a_clean_copy_passes(tmp_path: Path, name: str) -> None:
    case = leak_channels.make(name)
    found = _check(tmp_path, case, careless.raster(case.data, case.marks, case.password))
    assert found.passed, [f.what for f in found.leaks] + [c.name for c in found.checks if not c.passed]


def test_text_removed_well_passes_and_the_rest_is_counted(tmp_path: Path) -> None:
    case = leak_channels.make("t01_simple_font")
    found = _check(tmp_path, case, careless.garbage(case.data, case.marks, ""))
    assert found.passed and found.kept is not None
    assert found.kept.words >= 15 and found.kept.kept_words == found.kept.words
    assert found.kept.changed_pixels <= 400, "of 480,000: the box's edge and rounding"


def test_a_word_that_stands_unmarked_elsewhere_is_told_and_does_not_fail(tmp_path: Path) -> None:
    case = leak_channels.make("t45_two_pages")
    found = _check(tmp_path, case, careless.garbage(case.data, case.marks, ""))
    assert found.passed
    (told,) = [f for f in found.findings if f.channel is Channel.HIDDEN_TEXT]
    assert not told.is_leak and told.page == 2 and told.mark == "m1" and told.rect is not None


@pytest.mark.parametrize("room", ["MAX_OPEN", "MAX_TEXT"])
def test_pages_that_are_opened_again_are_judged_as_those_that_stayed_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: str
) -> None:
    case = leak_channels.make("t45_two_pages")
    for recipe in (careless.garbage, careless.plain):
        data = recipe(case.data, case.marks, "")
        usual = _check(tmp_path, case, data)
        with monkeypatch.context() as small:
            small.setattr(verify_pages, room, 0)
            again = _check(tmp_path, case, data)
        assert again.findings == usual.findings and usual.findings
        assert again.checks == usual.checks and again.kept == usual.kept


def test_marks_on_a_page_that_the_copy_lacks_are_looked_for_on_the_others(tmp_path: Path) -> None:
    case = leak_channels.make("t45_two_pages")
    pages = io.BytesIO()
    with pikepdf.open(io.BytesIO(case.data)) as pdf:
        pdf.pages.append(pdf.pages[1])  # the word, unmarked, and behind it a page with a mark
        pdf.save(pages)
    (mark,) = case.marks
    three = replace(case, data=pages.getvalue(), marks=(Mark("m9", 3, mark.rects, mark.codes),))
    short = io.BytesIO()
    with pikepdf.open(io.BytesIO(three.data)) as pdf:
        del pdf.pages[2]
        pdf.save(short)
    found = _check(tmp_path, three, short.getvalue())
    assert not found.passed
    assert {f.page for f in found.findings if f.channel is Channel.HIDDEN_TEXT and f.mark == "m9"}


def test_a_picture_that_stands_unmarked_elsewhere_is_told_and_does_not_fail(tmp_path: Path) -> None:
    case = leak_channels.make("i11_shared_one_marked")
    found = _check(tmp_path, case, careless.garbage(case.data, case.marks, ""))
    assert found.passed
    (told,) = [f for f in found.findings if f.channel is Channel.IMAGE]
    assert not told.is_leak and told.page == 2 and told.mark == "m1"
    once = leak_channels.make("i01_flate")
    assert not _check(tmp_path, once, careless.garbage(once.data, once.marks, "")).findings


def test_words_lost_or_moved_fail(tmp_path: Path) -> None:
    case = leak_channels.make("t01_simple_font")
    lost = pymupdf.open(stream=careless.garbage(case.data, case.marks, ""), filetype="pdf")
    lost[0].add_redact_annot(lost[0].search_for("closing")[0], fill=False)
    lost[0].apply_redactions()
    found = _check(tmp_path, case, lost.tobytes(garbage=4))
    assert not found.passed and found.kept is not None and found.kept.kept_words < found.kept.words
    moved = careless.garbage(case.data, case.marks, "")
    with pikepdf.open(io.BytesIO(moved)) as pdf:
        page = pdf.pages[0]
        page.contents_add(b"1 0 0 1 0.5 0 cm\n", prepend=True)
        out = io.BytesIO()
        pdf.save(out)
    found = _check(tmp_path, case, out.getvalue())
    assert not found.passed and found.kept is not None and found.kept.moved_words > 10


def test_another_page_count_or_size_fails(tmp_path: Path) -> None:
    case = leak_channels.make("t01_simple_font")
    doc = pymupdf.open(stream=careless.garbage(case.data, case.marks, ""), filetype="pdf")
    doc.new_page()
    found = _check(tmp_path, case, doc.tobytes(garbage=4))
    assert [f.channel for f in found.leaks] == [Channel.KEPT]
    doc.delete_page(1)
    doc[0].set_rotation(90)
    assert not _check(tmp_path, case, doc.tobytes(garbage=4)).passed


def test_a_file_no_reader_opens_fails(tmp_path: Path) -> None:
    case = leak_channels.make("t01_simple_font")
    found = _check(tmp_path, case, b"%PDF-1.7\nnothing else")
    assert not found.passed and found.leaks[0].channel is Channel.READERS


def test_a_code_and_a_label_may_stand_in_the_place(tmp_path: Path) -> None:
    case = leak_channels.make("t01_simple_font")
    rect = case.marks[0].rects[0]
    doc = pymupdf.open(stream=careless.garbage(case.data, case.marks, ""), filetype="pdf")
    doc[0].draw_rect(pymupdf.Rect(*rect.as_list()), color=(0, 0, 0), fill=(1, 1, 1))
    doc[0].insert_text((rect.x0 + 3, rect.y1 - 4), "(b)(6)", fontsize=8)
    data = doc.tobytes(garbage=4)
    assert _check(tmp_path, case, data).passed
    other = [Mark("m1", 1, (rect,), ("(b)(1)",))]
    path = tmp_path / "output.pdf"
    path.write_bytes(data)
    found = verify.release(tmp_path / "original.pdf", path, other)
    assert {f.channel for f in found.leaks} >= {Channel.UNDER_MARK}, "another code is not what was asked for"


def test_a_mark_beyond_the_pages_is_refused(tmp_path: Path) -> None:
    case = leak_channels.make("t01_simple_font")
    path = tmp_path / "original.pdf"
    path.write_bytes(case.data)
    with pytest.raises(InputRefused, match="page 3"):
        verify.release(path, path, [Mark("m", 3, (Rect(1, 1, 5, 5),))])


def test_the_certificate_says_what_was_compared_and_reads_back(tmp_path: Path) -> None:
    case = leak_channels.make("d01_outline")
    found = _check(tmp_path, case, careless.garbage(case.data, case.marks, ""))
    paper = found.certificate(LogHead(7, "ab" * 32))
    assert paper["audit_head"] == {"seq": 7, "hash": "ab" * 32}
    assert len(paper["original_sha256"]) == len(paper["sha256"]) == len(paper["marks_sha256"]) == 64
    assert {"pikepdf", "pypdfium2", "pymupdf"} <= set(paper["programs"])
    assert Verification.of(found.to_json()) == found


def test_codes_in_the_margin_are_no_damage_and_a_stranger_is(tmp_path: Path) -> None:
    case = leak_channels.make("t01_simple_font")
    doc = pymupdf.open(stream=careless.garbage(case.data, case.marks, ""), filetype="pdf")
    for row in range(40):
        doc[0].insert_text((560, 200 + 12 * row), "(b)(6)", fontsize=9)
    assert _check(tmp_path, case, doc.tobytes(garbage=4)).passed
    doc[0].insert_text((72, 500), "words of somebody else " * 4, fontsize=20)
    found = _check(tmp_path, case, doc.tobytes(garbage=4))
    assert not found.passed and not any(f.mark for f in found.leaks), "nothing leaks, but the page is another"


def test_many_marks_cost_what_they_are(tmp_path: Path) -> None:
    """A mark looks at its own place: five times the marks on a page take no more than ten times as long."""
    import time

    seconds = []
    for count in (40, 200):
        doc = pymupdf.open()
        page = doc.new_page()
        for row in range(40):
            page.insert_text((72, 72 + 16 * row), " ".join(f"word{row}x{i}" for i in range(8)), fontsize=9)
        words = page.get_text("words")[:count]
        marks = [Mark(f"m{i}", 1, (Rect(*w[:4]),), ()) for i, w in enumerate(words)]
        original = tmp_path / f"{count}.pdf"
        original.write_bytes(doc.tobytes())
        for w in words:
            page.add_redact_annot(w[:4])
        page.apply_redactions()
        output = tmp_path / f"{count}.out.pdf"
        output.write_bytes(doc.tobytes(garbage=4))
        begin = time.process_time()
        found = verify.release(original, output, marks)
        seconds.append(time.process_time() - begin)
        assert found.mark_count == count
    assert seconds[1] < 10 * seconds[0] + 0.2
