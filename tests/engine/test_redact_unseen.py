"""Text that nobody sees goes; text that only looks like it stays. And: every channel of the leak oracle."""

# ruff: noqa: E501 -- operators of a PDF are easier to read in one line

from __future__ import annotations

import sys
import zlib
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Dictionary, Name

from review_app.domain.geometry import Rect
from review_app.engine import redact
from review_app.engine.documents import open_document

sys.path.insert(0, str(Path(__file__).parent))

import leak_channels
from redact_made import SECRET, every_byte, page_of, pdfium_text, release

AWAY = Rect(10, 10, 20, 20)
SHOWN = b"BT /F1 12 Tf 72 400 Td (see Quixwarden above) Tj ET "


def _picture(pdf: pikepdf.Pdf, **more: Any) -> Dictionary:
    image = pdf.make_stream(
        zlib.compress(bytes(range(100))), Type=Name.XObject, Subtype=Name.Image, Width=10, Height=10,
        BitsPerComponent=8, ColorSpace=Name.DeviceGray, Filter=Name.FlateDecode, **more,
    )
    return Dictionary(Im=image)


UNSEEN = {
    "white on white": b"1 g " + SHOWN,
    "almost white": b".99 .98 1 rg " + SHOWN,
    "black on black": b"0 g 60 390 200 30 re f " + SHOWN,
    "unpainted": SHOWN.replace(b"72 400 Td", b"3 Tr 72 400 Td"),
    "tiny": SHOWN.replace(b"12 Tf", b".5 Tf"),
    "tiny by matrix": b"q .04 0 0 .04 70 400 cm " + SHOWN + b"Q",
    "clipped away": b"q 300 300 5 5 re W n " + SHOWN + b"Q",
    "under a later area": SHOWN + b".2 .2 .9 rg 60 390 200 30 re f",
    "under a later picture": SHOWN + b"q 200 0 0 30 60 390 cm /Im Do Q",
    "transparent": b"/G0 gs " + SHOWN,
    "in a form": b"/Fm Do",
}
SEEN = {
    "black": SHOWN,
    "white on black": b"0 g 60 390 200 30 re f 1 g " + SHOWN,
    "white on a picture": b"q 200 0 0 30 60 390 cm /Im Do Q 1 g " + SHOWN,
    "black on an area": b".8 g 60 390 200 30 re f 0 g " + SHOWN,
    "recognised text over a scan": b"q 612 0 0 792 0 0 cm /Im Do Q " + UNSEEN["unpainted"],
    "recognised text under a scan": SHOWN + b"q 612 0 0 792 0 0 cm /Im Do Q",
    "half under an area": SHOWN + b"1 g 60 403 200 30 re f",
    "under a see-through area": SHOWN + b"/G5 gs 1 1 0 rg 60 390 200 30 re f",
    "clip around it": b"q 60 390 200 30 re W n " + SHOWN + b"Q",
}


def _made(content: bytes) -> bytes:
    pdf = pikepdf.new()
    states = Dictionary(G0=Dictionary(ca=0), G5=Dictionary(ca=0.4, BM=Name.Multiply))
    objects = _picture(pdf)
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    objects.Fm = pdf.make_stream(
        b"1 1 1 rg " + SHOWN, Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 612, 792],
        Resources=Dictionary(Font=Dictionary(F1=pdf.make_indirect(font))),
    )
    plain = b" 0 g BT /F1 12 Tf 72 700 Td (plain line) Tj ET"
    return page_of(b"q " + content + b" Q" + plain, pdf, XObject=objects, ExtGState=states)


@pytest.mark.parametrize("name", UNSEEN)
def test_unseen_text_goes(name: str, tmp_path: Path) -> None:
    done = release(tmp_path, _made(UNSEEN[name]), [AWAY])
    assert SECRET.encode() not in every_byte(done.data)
    assert "plain line" in pdfium_text(done.data)


@pytest.mark.parametrize("name", SEEN)
def test_seen_text_stays(name: str, tmp_path: Path) -> None:
    done = release(tmp_path, _made(SEEN[name]), [AWAY])
    text = " ".join(pdfium_text(done.data).split())
    assert "see Quixwarden above" in text and "plain line" in text
    assert done.glyphs == 0


CASES = leak_channels.cases()


@pytest.mark.parametrize("part", range(4))
def test_the_planted_word_is_in_no_byte_of_a_copy(part: int, tmp_path: Path) -> None:
    """All channels of the oracle but those where people see the word in another place too, and pictures of it,
    which the verifier's own tests look into."""
    for case in CASES[part::4]:
        if case.is_listed or case.name.startswith(("a01", "a05_field")):
            continue
        path = tmp_path / "in.pdf"
        path.write_bytes(case.data)
        with open_document(path, passwords=[case.password] if case.password else []) as document:
            done = redact.make(document, case.marks)
        everything = every_byte(done.data)
        for needle in (SECRET.encode(), SECRET.encode("utf-16-be"), SECRET.encode().hex().encode()):
            assert needle not in everything, case.name
        text = " ".join(pdfium_text(done.data).split())
        assert SECRET not in text, case.name
        assert all(word in text for word in case.neighbours), case.name
