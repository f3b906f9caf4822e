"""Channels that were found by attacking: nothing stays, the rest does, and each guard sees its fault."""

# ruff: noqa: E501 -- operators of a PDF are easier to read in one line

from __future__ import annotations

import io
import sys
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Dictionary, Name

sys.path.insert(0, str(Path(__file__).parent))

import leak_channels
import leak_channels_more
import leak_channels_pictures
from redact_made import every_byte, page_of, pixels, release

from review_app.domain.geometry import Rect
from review_app.domain.guessing import Gap
from review_app.domain.verification import Channel, Verification
from review_app.engine import fontcut_type1, glyph_names, redact, sanitise_streams, verify
from review_app.engine.documents import open_document

NAMES = [n for n in leak_channels.names() if leak_channels.MAKERS[n][1].__module__ == "leak_channels_more"]


def _verified(folder: Path, case: leak_channels.Case, gap: Gap = Gap.KEEP) -> tuple[redact.Release, Verification]:
    source, output = folder / "in.pdf", folder / "out.pdf"
    source.write_bytes(case.data)
    with open_document(source) as document:
        made = redact.make(document, case.marks, redact.Options(gap=gap))
    output.write_bytes(made.data)
    return made, verify.release(source, output, case.marks, gaps=made.gaps, is_blind=made.is_blind)


@pytest.mark.parametrize("name", NAMES)
def test_a_copy_is_made_and_passes(tmp_path: Path, name: str) -> None:
    made, found = _verified(tmp_path, leak_channels.make(name))
    assert found.passed, [f.what for f in found.leaks] + [c.name for c in found.checks if not c.passed]
    assert not made.raster_pages


def test_letters_of_a_type_1_program_are_still_drawn(tmp_path: Path) -> None:
    """Named by an encoding and not by the file, all its glyphs were once cut away: their text stayed, unseen."""
    case = leak_channels.make("t60_type1_program")
    made, _ = _verified(tmp_path, case)
    assert pixels(made.data) != pixels(page_of(b""))
    with pikepdf.open(io.BytesIO(made.data)) as pdf:
        program = pdf.pages[0].Resources.Font.F2.FontDescriptor.FontFile.read_bytes()
    private = fontcut_type1._decrypted(program[program.index(b"eexec") + 6 :], 55665)
    assert all(b"/%s " % c.encode() in private for c in "rune")
    assert not any(b"/%s " % c.encode() in private for c in "Qxwad")


def test_every_letter_of_the_encodings_has_its_name() -> None:
    for code in range(33, 127):
        name = {39: "quotesingle", 96: "grave", 65: "A", 97: "a", 48: "zero"}.get(code)
        names = fontcut_type1.standard_names(code, "/WinAnsiEncoding")
        assert len(names) == 2 and (name is None or name in names)
    assert "eacute" in fontcut_type1.standard_names(0xE9, "/WinAnsiEncoding")
    assert "space" in fontcut_type1.standard_names(0xA0, "/WinAnsiEncoding")
    assert glyph_names.character("zero") == "0" and glyph_names.character("uni0416") == "\u0416"
    assert glyph_names.character("nonsense") == ""


def test_words_without_ink_are_no_words_kept(tmp_path: Path) -> None:
    """A copy whose font lost its letters has all its text and shows none of it."""
    case = leak_channels.make("t60_type1_program")
    made, _ = _verified(tmp_path, case)
    output = tmp_path / "blank.pdf"
    with pikepdf.open(io.BytesIO(made.data)) as pdf:
        descriptor = pdf.pages[0].Resources.Font.F2.FontDescriptor
        data, _ = leak_channels_more.type1_program("Q")
        descriptor.FontFile = pdf.make_stream(data)
        pdf.save(output)
    found = verify.release(tmp_path / "in.pdf", output, case.marks, gaps=made.gaps)
    assert found.kept is not None and found.kept.kept_words < found.kept.words and not found.passed


@pytest.mark.parametrize("predictor", [1, 15])
def test_what_stands_behind_the_samples_of_a_picture_is_found(tmp_path: Path, predictor: int) -> None:
    case = leak_channels.make("t01_simple_font")
    made, found = _verified(tmp_path, case)
    assert found.passed
    output = tmp_path / "out.pdf"
    with pikepdf.open(io.BytesIO(made.data)) as pdf:
        import zlib

        rows = (b"\0" if predictor > 1 else b"") + bytes(10)
        parms = {"DecodeParms": Dictionary(Predictor=15, Columns=10)} if predictor > 1 else {}
        pdf.pages[0].Resources.XObject = Dictionary(Im=pdf.make_stream(
            zlib.compress(rows * 10 + leak_channels.SECRET.encode()), Type=Name.XObject, Subtype=Name.Image, Width=10,
            Height=10, BitsPerComponent=8, ColorSpace=Name.DeviceGray, Filter=Name.FlateDecode, **parms,
        ))
        pdf.save(output)
    found = verify.release(tmp_path / "in.pdf", output, case.marks, gaps=made.gaps)
    assert {f.channel for f in found.leaks} & {Channel.STREAM}


def test_the_end_of_a_fax_is_found_at_every_bit() -> None:
    for shift in range(8):
        bits = "1" * (16 + shift) + "000000000001000000000001"
        bits += "0" * (-len(bits) % 8)
        data = int(bits, 2).to_bytes(len(bits) // 8, "big")
        assert sanitise_streams.fax_end(data + b"tail") == len(data)
    assert sanitise_streams.fax_end(b"\xff" * 20) == 0


def test_a_profile_without_words_stays_as_it_is() -> None:
    from PIL import ImageCms

    plain = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert sanitise_streams.profile(plain) == plain
    bare = sanitise_streams.profile(plain, texts=False)
    assert len(bare) < len(plain) and b"desc" not in bare
    before, after = (ImageCms.ImageCmsProfile(io.BytesIO(d)) for d in (plain, bare))
    assert before.profile.red_colorant == after.profile.red_colorant
    assert sanitise_streams.profile(b"no profile") == b"no profile"


def test_a_picture_that_lies_askew_is_cut_where_the_box_is(tmp_path: Path) -> None:
    """Looked at without the box, which hides a picture that was not cut."""
    case = leak_channels.make("i29_turned")
    made, _ = _verified(tmp_path, case)
    with pikepdf.open(io.BytesIO(made.data)) as pdf:
        picture = next(iter(pdf.pages[0].Resources.XObject.values()))
        assert min(picture.read_bytes()) > 200, "all of the word lies in the box"


@pytest.mark.parametrize("name", ["i32_behind_soft_mask", "i33_clipped_off", "i34_behind_area"])
def test_what_nobody_sees_of_a_picture_is_not_in_the_copy(tmp_path: Path, name: str) -> None:
    case = leak_channels.make(name)
    made, _ = _verified(tmp_path, case)
    hidden = leak_channels_pictures.word().tobytes()
    assert hidden in every_byte(case.data) or name == "i33_clipped_off"
    with pikepdf.open(io.BytesIO(made.data)) as pdf:
        pictures = pdf.pages[0].Resources.get("/XObject", Dictionary())
        for picture in dict(pictures).values():
            width, height = int(picture.Width), int(picture.Height)
            rows = [picture.read_bytes()[i * width : (i + 1) * width] for i in range(height)]
            right = b"".join(row[width * 3 // 5 :] for row in rows)
            assert min(right) >= 200, "no ink of the word"


def test_what_is_seen_of_a_picture_stays(tmp_path: Path) -> None:
    """A mask over half of it, a clip that takes little, an area that covers a part: not a byte changes."""
    picture = leak_channels_pictures.word()
    data = picture.tobytes()
    for name, ops in {
        "clip": "q 71 499 70 18 re W n 72 0 0 16 72 500 cm /Im0 Do Q", "area": "q 72 0 0 16 72 500 cm /Im0 Do Q 1 g 72 500 20 16 re f",
        "before": "1 g 70 490 90 40 re f q 72 0 0 16 72 500 cm /Im0 Do Q",
    }.items():
        pdf = pikepdf.new()
        image = pdf.make_stream(data, Type=Name.XObject, Subtype=Name.Image, Width=picture.width, Height=picture.height,
                                BitsPerComponent=8, ColorSpace=Name.DeviceGray)
        text = leak_channels.line(72, 680, "some words").encode()
        made = release(tmp_path, page_of(text + ops.encode(), pdf, XObject=Dictionary(Im0=image)), [Rect(70, 100, 100, 125)])
        assert data in every_byte(made.data), name


@pytest.mark.parametrize("name", ["a01_free_text", "t26_soft_mask", "t65_pattern_of_text"])
def test_lines_that_readers_cannot_tell_are_not_laid_anew(tmp_path: Path, name: str) -> None:
    """A note, a mask, a pattern: their text is on no page, so nobody could say that it only moved."""
    _, found = _verified(tmp_path, leak_channels.make(name), Gap.CONSTANT)
    assert found.passed, [f.what for f in found.leaks] + [c.name for c in found.checks if not c.passed]
