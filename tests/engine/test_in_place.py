"""A large PDF read where it lies is the same document as one read whole; sizes from the page tree agree."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pymupdf
import pytest

from review_app.engine import documents, render


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    """Pages that are turned, cut, scaled, and one without any measure of its own."""
    path = tmp_path / "odd.pdf"
    with pymupdf.open() as pdf:
        for turn in (0, 90, 180, 270):
            page = pdf.new_page(width=300, height=400)
            page.insert_text((40, 60), f"turned by {turn}")
            page.set_rotation(turn)
        page = pdf.new_page(width=500, height=500)
        page.set_cropbox(pymupdf.Rect(50, 60, 250, 400))
        page.set_rotation(90)
        page = pdf.new_page(width=200, height=300)
        pdf.xref_set_key(page.xref, "UserUnit", "2.5")
        page = pdf.new_page(width=200, height=300)
        pdf.xref_set_key(page.xref, "MediaBox", "[0 0 0 0]")
        page = pdf.new_page(width=200, height=300)
        pdf.xref_set_key(page.xref, "MediaBox", "(none)")
        pdf.save(path)
    return path


def test_quick_sizes_are_the_sizes(odd: Path) -> None:
    with documents.open_document(odd) as quick, documents.open_document(odd) as slow:
        numbers = range(1, quick.page_count + 1)
        assert [quick.quick_size(n) for n in numbers] == [pytest.approx(slow.size(n)) for n in numbers]
        assert quick.quick_size(5) == pytest.approx((340, 200))
        assert quick.quick_size(6) == pytest.approx((500, 750))
        with pytest.raises(documents.InputRefused):
            quick.quick_size(len(numbers) + 1)


def test_in_place_is_the_same_document_in_little_memory(
    odd: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with documents.open_document(odd, in_place=True) as whole:
        assert whole.bytes_held == odd.stat().st_size, "a small one is read whole all the same"
        monkeypatch.setattr(documents, "IN_PLACE_BYTES", 100)
        with documents.open_document(odd, in_place=True) as lying, documents.open_document(odd) as asked:
            assert lying.bytes_held == 0 and asked.bytes_held > 0
            assert lying.sha256 == whole.sha256 == hashlib.sha256(odd.read_bytes()).hexdigest()
            assert lying.pdf_bytes == whole.pdf_bytes
            assert (lying.page_count, lying.media_type, lying.warnings) == (
                whole.page_count, whole.media_type, whole.warnings)
            for number in range(1, lying.page_count + 1):
                assert lying.content(number) == whole.content(number)
                assert render.render(lying, number, 0.5) == render.render(whole, number, 0.5)


def test_what_is_no_pdf_or_damaged_is_treated_as_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "IN_PLACE_BYTES", 1)
    text = tmp_path / "a.txt"
    text.write_text("a line\n")
    with documents.open_document(text, in_place=True) as document:
        assert document.media_type == "text/plain" and document.bytes_held
    for data in (b"%PDF-1.4\nnothing more", b"PK\x03\x04 a zip", b""):
        bad = tmp_path / "bad.pdf"
        bad.write_bytes(data)
        with pytest.raises(documents.InputRefused) as there:
            documents.open_document(bad, in_place=True)
        with pytest.raises(documents.InputRefused) as whole:
            documents.open_document(bad)
        assert there.value.what == whole.value.what
