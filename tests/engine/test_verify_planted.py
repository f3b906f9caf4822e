"""Faults planted into a clean copy, as a writer with a defect could leave them: the check sees each."""

# ruff: noqa: E501 -- operators of a PDF are easier to read in one line

from __future__ import annotations

import codecs
import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

sys.path.insert(0, str(Path(__file__).parent))

import leak_channels
import leak_channels_pictures as pictures
from leak_channels import BASE, SECRET, X, wide
from leak_channels_pictures import word

from review_app.domain.guessing import Gap
from review_app.domain.marks import Mark
from review_app.engine import redact, verify
from review_app.engine.documents import open_document


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes, tuple[Mark, ...]]:
    """An original with a line of text and a picture of the word, both marked, and its release copy."""
    book = leak_channels.Book()
    shown = word()
    width = wide(SECRET) + 2
    picture = pictures.image(book, shown.tobytes(), shown)
    book.standard(f"q {width:.3f} 0 0 16 200 500 cm /Im0 Do Q\n", XObject=Dictionary(Im0=picture))
    book.mark(203, 499, 200 + width + 1, 517)
    original = tmp_path_factory.mktemp("planted") / "in.pdf"
    original.write_bytes(book.bytes())
    with open_document(original) as document:
        data = redact.make(document, book.marks, redact.Options(gap=Gap.KEEP)).data
    return original, data, tuple(book.marks)


def _text(words: str, x: float, y: float, size: float = 12, before: str = "") -> bytes:
    return f" {before} BT /Zf {size} Tf {x} {y} Td ({words}) Tj ET ".encode()


def _draw(ops: bytes) -> Callable[[Any], None]:
    def plant(pdf: Any) -> None:
        page = pdf.pages[0]
        page.Resources.Font.Zf = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding)
        page.contents_add(b"\n" + ops)

    return plant


def _picture(values: bytes, *, draw: bytes = b"", before: bool = False, mask: bytes = b"") -> Callable[[Any], None]:
    def plant(pdf: Any) -> None:
        size = {"Width": word().width, "Height": word().height, "BitsPerComponent": 8, "ColorSpace": Name.DeviceGray}
        page = pdf.pages[0]
        made = pdf.make_stream(values, Type=Name.XObject, Subtype=Name.Image, **size)
        if mask:
            made.SMask = pdf.make_stream(mask, Type=Name.XObject, Subtype=Name.Image, **size)
        if draw:
            page.Resources.XObject.Zi = made
            page.contents_add(draw, prepend=before)
        else:
            (name,) = (n for n, v in page.Resources.XObject.items() if v.Subtype == Name.Image)
            page.Resources.XObject[name] = made

    return plant


def _key(holder: str, name: str, value: Any) -> Callable[[Any], None]:
    def plant(pdf: Any) -> None:
        target = {"catalog": pdf.Root, "page": pdf.pages[0].obj, "tree": pdf.Root.Pages, "info": pdf.docinfo}[holder]
        target[name] = value

    return plant


INK = word().tobytes()
LETTERS = b"".join(_text(c, 100 + 40 * i, 300 - 9 * i, before="3 Tr") for i, c in enumerate(SECRET))
PLACE = f"q {wide(SECRET) + 2:.3f} 0 0 16 200 500 cm /Zi Do Q".encode()
FAULTS: dict[str, Callable[[Any], None]] = {
    "word in its place": _draw(_text(SECRET, X, BASE)),
    "in the colour of paper": _draw(_text(SECRET, X, BASE, before="1 g")),
    "a tenth of a point high": _draw(_text(SECRET, 300, 300, 0.1)),
    "letters scattered unseen": _draw(LETTERS),
    "half of it unseen": _draw(_text(SECRET[:4], 300, 300, before="3 Tr")),
    "in a cipher": _draw(_text(codecs.encode(SECRET, "rot13"), 300, 300, before="3 Tr")),
    "letters scattered and seen": _draw(b"".join(_text(c, 90 + 45 * i, 300, 6) for i, c in enumerate(SECRET))),
    "its first letter before the box": _draw(_text(SECRET[0], X - 10, 560)),
    "picture paler by ten": _picture(bytes(245 + v // 26 for v in INK)),
    "picture paler by all but two": _picture(bytes(253 if v < 128 else 255 for v in INK)),
    "picture behind the one that was cut": _picture(INK, draw=PLACE + b" ", before=True),
    "picture in a mask": _picture(bytes([255]) * len(INK), mask=bytes(255 - v for v in INK)),
    "picture as small as a dot": _picture(INK, draw=b" q .1 0 0 .1 300 300 cm /Zi Do Q"),
    "picture that nothing draws": _picture(INK, draw=b" "),
    "an entry of the catalog": _key("catalog", "/Foo", String("x")),
    "labels of pages": _key("catalog", "/PageLabels", Dictionary(Nums=Array([0, Dictionary(P=String("x"))]))),
    "an action of the page": _key("page", "/AA", Dictionary(O=Dictionary(S=Name.URI, URI=String("http://x/")))),
    "an entry of the page": _key("page", "/VP", Array([Dictionary(Name=String("x"))])),
    "an entry of the page tree": _key("tree", "/Foo", String("x")),
    "a title": _key("info", "/Title", String("x")),
    "a line painted over": _draw(b" 1 g 60 715 400 14 re f"),
}


def test_the_copy_is_clean(clean: tuple[Path, bytes, tuple[Mark, ...]], tmp_path: Path) -> None:
    original, data, marks = clean
    output = tmp_path / "out.pdf"
    output.write_bytes(data)
    found = verify.release(original, output, marks)
    assert found.passed, [f.what for f in found.leaks] + [c.name for c in found.checks if not c.passed]


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_seen(clean: tuple[Path, bytes, tuple[Mark, ...]], tmp_path: Path, name: str) -> None:
    original, data, marks = clean
    output = tmp_path / "out.pdf"
    with pikepdf.open(io.BytesIO(data)) as pdf:
        FAULTS[name](pdf)
        pdf.save(output)
    assert not verify.release(original, output, marks).passed


def test_bytes_before_the_head_are_seen(clean: tuple[Path, bytes, tuple[Mark, ...]], tmp_path: Path) -> None:
    original, data, marks = clean
    output = tmp_path / "out.pdf"
    output.write_bytes(b"something\n" + data)
    assert not verify.release(original, output, marks).passed
