"""Opening files: each bad one refused in words, with the right class of error."""

from __future__ import annotations

import contextlib
import os
import re
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pymupdf
import pytest

from review_app.domain.errors import InputRefused, PasswordNeeded
from review_app.engine import annotate, documents, sniff, wholefile
from review_app.engine.documents import open_document

ZERO_PAGES = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    b"trailer<</Root 1 0 R/Size 3>>\n"
)
LOOP = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 5>>endobj\n"
    b"3 0 obj<</Type/Pages/Kids[2 0 R]/Count 5/Parent 2 0 R>>endobj\ntrailer<</Root 1 0 R/Size 4>>\n"
)


def _refused(path: Path, **options: object) -> InputRefused:
    with pytest.raises(InputRefused) as caught:
        open_document(path, **options)  # type: ignore[arg-type]
    error = caught.value
    assert error.what and (error.why or error.todo)
    assert error.exit_code == 3
    return error


@pytest.mark.parametrize(
    "name, data, says",
    [
        ("empty.txt", b"", "empty"),
        ("empty.pdf", b"", "empty"),
        ("garbage.txt", bytes(range(256)) * 40, "NUL"),
        ("garbage.pdf", b"\x93\x01\x02\x03" * 500, "encoding"),
        ("garbage3.pdf", b"ab\x01\x02\x03" * 500, "neither"),
        ("garbage2.pdf", b"%PDF-1.7\n" + bytes(range(256)) * 40, "damaged|no pages"),
        ("zero.pdf", ZERO_PAGES, "no pages"),
        ("loop.pdf", LOOP, "damaged|no pages"),
        ("archive.docx", b"PK\x03\x04" + bytes(100), "ZIP"),
        ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "office"),
        ("letter.rtf", rb"{\rtf1 hello}", "rich text"),
        ("scan.png", b"\x89PNG\r\n\x1a\n" + bytes(50), "picture"),
        ("scan.jpg", b"\xff\xd8\xff\xe0" + bytes(50), "picture"),
        ("scan.tif", b"II*\0\x08\0\0\0" + bytes(50), "picture"),
    ],
)
def test_bad_files_are_refused_in_words(tmp_path: Path, name: str, data: bytes, says: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    error = _refused(path)
    assert any(word in error.what for word in says.split("|")), error.what


def test_missing_and_folders(tmp_path: Path) -> None:
    assert "does not exist" in _refused(tmp_path / "nothing.pdf").what
    assert "folder" in _refused(tmp_path).what
    assert _refused(tmp_path / ("x" * 5000)).what  # a name the system itself refuses


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    assert "device or pipe" in _refused(tmp_path / "pipe.txt").what


@contextlib.contextmanager
def _without_rights(path: Path) -> Iterator[None]:
    if not hasattr(os, "geteuid"):
        pytest.skip("this system has no such permissions")
    path.chmod(0)
    user = os.geteuid()
    if user == 0:  # the superuser may read everything
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)
        path.chmod(0o600)


def test_unreadable(pdf_file: Path) -> None:
    with _without_rights(pdf_file):
        assert "may not be read" in _refused(pdf_file).what
    with open_document(pdf_file) as document:
        assert document.page_count == 2


class _Meddled(type(Path())):  # type: ignore[misc]
    """A path whose file is touched by somebody else at the moment the reader looks at it again."""

    deed: Callable[[Path], object] = staticmethod(lambda path: None)

    def stat(self, **options: object) -> os.stat_result:
        type(self).deed(Path(str(self)))
        return super().stat(**options)


@pytest.mark.parametrize(
    "deed",
    [
        lambda path: path.write_bytes(path.read_bytes() + b"more"),
        lambda path: path.unlink(),
        lambda path: (
            path.rename(path.with_suffix(".old")),
            path.write_bytes(path.with_suffix(".old").read_bytes()),
        ),
    ],
    ids=["grows", "vanishes", "is replaced"],
)
def test_a_file_that_changes_while_it_is_read(
    pdf_file: Path, monkeypatch: pytest.MonkeyPatch, deed: Callable[[Path], object]
) -> None:
    path = _Meddled(str(pdf_file))
    with open_document(path) as document:  # left alone, it opens
        assert document.page_count == 2
    monkeypatch.setattr(_Meddled, "deed", staticmethod(deed))
    assert "changed while" in _refused(path).what


def test_a_wrong_index_of_objects_alone_is_no_loss(pdf_file: Path) -> None:
    data = pdf_file.read_bytes()
    at = data.rindex(b"startxref") + len(b"startxref\n")
    wrong = data[:at] + b"7" + data[at + 1 :]
    pdf_file.write_bytes(wrong)
    with open_document(pdf_file) as document:
        assert document.page_count == 2
        assert any("all 2 pages that it lists are there" in warning for warning in document.warnings)
    # The same, and a page's content is gone as well: nothing is said of all pages.
    gone = wrong.replace(b"/Contents", b"/Xontents", 1).replace(b"/Count 2", b"/Count 3")
    pdf_file.write_bytes(gone)
    with open_document(pdf_file) as document:
        assert any("may be missing" in warning for warning in document.warnings)


def test_truncated_pdf_is_told_or_refused(pdf_file: Path) -> None:
    data = pdf_file.read_bytes()
    pdf_file.write_bytes(data[:-300])
    with open_document(pdf_file) as document:
        assert document.page_count >= 1
        assert any("may be missing" in warning for warning in document.warnings)
    pdf_file.write_bytes(data[: len(data) // 8])
    assert "damaged" in _refused(pdf_file).what or "no pages" in _refused(pdf_file).what


def test_a_sound_pdf_has_no_warnings(pdf_file: Path) -> None:
    with open_document(pdf_file) as document:
        document.content(1)
        assert document.warnings == () and document.media_type == "application/pdf"
        assert len(document.sha256) == 64


@pytest.fixture
def locked(tmp_path: Path, make_pdf: Callable[..., bytes]) -> Path:
    path = tmp_path / "locked.pdf"
    with pymupdf.open("pdf", make_pdf()) as doc:
        doc.save(path, encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="open", owner_pw="own")
    return path


def test_encrypted(locked: Path) -> None:
    with pytest.raises(PasswordNeeded) as caught:
        open_document(locked)
    assert "encrypted" in caught.value.what
    with pytest.raises(PasswordNeeded, match="one of the passwords"):
        open_document(locked, passwords=["wrong", "", "Öffne"])
    for password in ("open", "own"):
        with open_document(locked, passwords=["wrong", password]) as document:
            assert document.password == password and "Memorandum" in document.content(1).text


def test_a_signature_is_told(tmp_path: Path, make_pdf: Callable[..., bytes]) -> None:
    import io

    import pikepdf

    path = tmp_path / "signed.pdf"
    with pikepdf.open(io.BytesIO(make_pdf())) as pdf:
        field = pikepdf.Dictionary(FT=pikepdf.Name.Sig, T=pikepdf.String("Signature1"))
        pdf.Root.AcroForm = pikepdf.Dictionary(SigFlags=3, Fields=pikepdf.Array([pdf.make_indirect(field)]))
        pdf.save(path)
    with open_document(path) as document:
        assert any("digitally signed" in warning for warning in document.warnings)


def test_odd_names_are_shown_escaped(tmp_path: Path, make_pdf: Callable[..., bytes]) -> None:
    path = tmp_path / "a\nb\u202ecod.pdf"
    path.write_bytes(make_pdf())
    with open_document(path) as document:
        assert document.name == r"a\nb\u202ecod.pdf"
    with open_document(path, name="said\rname") as document:
        assert document.name == r"said\rname"


def test_what_a_file_holds_counts_and_not_its_name(tmp_path: Path, make_pdf: Callable[..., bytes]) -> None:
    (tmp_path / "memo.txt").write_bytes(make_pdf())
    (tmp_path / "memo.text").write_text("just text\n")
    with open_document(tmp_path / "memo.txt") as document:
        assert document.media_type == "application/pdf"
    with open_document(tmp_path / "memo.text") as document:
        assert document.media_type == "text/plain"
    # But what a failed download leaves under the name of a PDF does not pass for the document.
    (tmp_path / "memo.pdf").write_text("<html>Not found</html>\n")
    assert "is no PDF" in _refused(tmp_path / "memo.pdf").what


def test_limits(pdf_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MAX_PAGES", 1)
    assert "2 pages, more than 1" in _refused(pdf_file).what
    (tmp_path / "long.txt").write_text("line\n" * 200)
    assert "pages, more than 1" in _refused(tmp_path / "long.txt").what
    monkeypatch.undo()
    big = tmp_path / "big.pdf"
    with big.open("wb") as file:
        file.truncate(wholefile.MAX_BYTES + 1)
    assert "larger than" in _refused(big).what


def _tiff(width: int, height: int) -> bytes:
    pixels = bytes(width * height // 2) + b"\xff" * (width * height - width * height // 2)
    tags = [
        (256, 4, 1, width),
        (257, 4, 1, height),
        (258, 3, 1, 8),
        (259, 3, 1, 1),
        (262, 3, 1, 1),
        (273, 4, 1, 8 + 2 + 9 * 12 + 4),
        (277, 3, 1, 1),
        (278, 4, 1, height),
        (279, 4, 1, len(pixels)),
    ]
    entries = b"".join(struct.pack("<HHLL", *tag) for tag in tags)
    return b"II*\0" + struct.pack("<L", 8) + struct.pack("<H", len(tags)) + entries + bytes(4) + pixels


@pytest.mark.parametrize("kind", ["png", "jpeg", "tiff"])
def test_pictures_become_pages(tmp_path: Path, kind: str) -> None:
    pixmap = pymupdf.Pixmap(pymupdf.csRGB, pymupdf.IRect(0, 0, 300, 400), False)
    pixmap.clear_with(200)
    data = _tiff(300, 400) if kind == "tiff" else pixmap.tobytes(kind)
    path = tmp_path / "scan"
    path.write_bytes(data)
    with open_document(path) as document:
        assert document.media_type == f"image/{kind}" and document.page_count == 1
        content = document.content(1)
        assert not content.has_text
        (image,) = content.images
        assert (image.width_px, image.height_px) == (300, 400)
        assert (content.width / content.height) == pytest.approx(0.75)


def test_a_picture_bomb_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    header = struct.pack(">LLBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    chunk = b"IHDR" + header
    data = b"\x89PNG\r\n\x1a\n" + struct.pack(">L", 13) + chunk + struct.pack(">L", zlib.crc32(chunk))
    body = zlib.compress(bytes(60_001 * 10))
    chunk = b"IDAT" + body
    data += struct.pack(">L", len(body)) + chunk + struct.pack(">L", zlib.crc32(chunk))
    data += b"\0\0\0\0IEND\xaeB`\x82"
    path = tmp_path / "bomb.png"
    path.write_bytes(data)
    assert "pixels" in _refused(path).what


@pytest.mark.parametrize("kind", ["png", "jpeg", "tiff"])
def test_pixel_counts_are_read_from_headers(kind: str) -> None:
    pixmap = pymupdf.Pixmap(pymupdf.csRGB, pymupdf.IRect(0, 0, 30, 40), False)
    pixmap.clear_with(0)
    data = _tiff(30, 40) if kind == "tiff" else pixmap.tobytes(kind)
    assert sniff.picture_pixels(data, f"image/{kind}") == 1200
    for cut in range(len(data)):
        assert sniff.picture_pixels(data[:cut], f"image/{kind}") in (0, 1200)


def test_a_damaged_page_is_empty_and_told(tmp_path: Path, make_pdf: Callable[..., bytes]) -> None:
    import io

    import pikepdf

    with pikepdf.open(io.BytesIO(make_pdf([*_plain(), *_plain()]))) as pdf:
        pdf.pages[1].obj.MediaBox = pikepdf.Array([0, 0, 0, 0])
        pdf.pages[1].obj.CropBox = pikepdf.Array([5, 5, 5, 5])
        path = tmp_path / "odd.pdf"
        pdf.save(path)
    with open_document(path) as document:
        assert document.content(1).has_text
        width, height = document.size(2)
        assert width > 0 and height > 0
        document.content(2)
        with pytest.raises(InputRefused):
            document.content(3)
        with pytest.raises(InputRefused):
            document.size(0)


def _plain() -> list[object]:
    from types import SimpleNamespace

    return [SimpleNamespace(rotate=0, crop=None, unit=1.0)]


def test_pages_that_are_counted_but_not_there_are_named_and_the_others_read(
    tmp_path: Path, make_pdf: Callable[..., bytes]
) -> None:
    path = tmp_path / "memo.pdf"
    path.write_bytes(make_pdf().replace(b"/Count 1", b"/Count 4"))
    with open_document(path) as document:
        assert document.page_count == 1
        assert any("says that it has 4 pages, but the last 3" in warning for warning in document.warnings)
        annotate.write(document, [], None, tmp_path / "copy.pdf")
    with open_document(tmp_path / "copy.pdf") as document:
        assert document.page_count == 1


def test_a_page_without_content_is_blank_and_one_whose_content_is_gone_is_lost(
    tmp_path: Path, make_pdf: Callable[..., bytes]
) -> None:
    path = tmp_path / "memo.pdf"
    whole = make_pdf().replace(b"startxref\n", b"startxref\n7")
    path.write_bytes(whole.replace(b"/Contents", b"/Xontents"))
    with open_document(path) as document:
        assert document.page_count == 1 and document.warnings
    path.write_bytes(re.sub(rb"/Contents \[[^]]*\]", b"/Contents [ 99 0 R ]", whole))
    assert "none of its pages" in _refused(path).what
