"""Links, bookmarks and language of a release copy: what may stay stays, what holds a removed word goes."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pikepdf
import pymupdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from review_app.domain.geometry import Rect
from review_app.domain.guessing import Gap
from review_app.domain.marks import Mark
from review_app.engine import redact, verify
from review_app.engine.documents import open_document
from review_app.engine.safelinks import is_plain

sys.path.insert(0, str(Path(__file__).parent))

from redact_made import SECRET, box_of, page_of


def _file(*links: Dictionary, titles: tuple[str, ...] = (), lang: str = "en-GB", text: str = "") -> bytes:
    line = text or f"The officer {SECRET} spoke first"
    data = page_of(f"BT /F1 12 Tf 72 700 Td ({line}) Tj 0 -300 Td (See the other page) Tj ET".encode())
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pdf.pages.append(pdf.pages[0])
        pdf.pages[1].Contents = pdf.make_stream(b"BT /F1 12 Tf 72 700 Td (More of it) Tj ET")
        made = []
        for link in links:
            if "/Dest" not in link and "/A" not in link:
                link.Dest = Array([pdf.pages[1].obj, Name.XYZ, 0, 500, 0])
            made.append(pdf.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.Link, **{
                k.lstrip("/"): v for k, v in link.items()
            })))
        pdf.pages[0].Annots = Array(made)
        pdf.Root.Lang = String(lang)
        with pdf.open_outline() as outline:
            outline.root.extend(pikepdf.OutlineItem(t, i % 2) for i, t in enumerate(titles))
        out = io.BytesIO()
        pdf.save(out)
        return out.getvalue()


def _web(address: str, y: float = 398) -> Dictionary:
    return Dictionary(Rect=[72, y, 180, y + 14], A=Dictionary(S=Name.URI, URI=String(address)))


def _copy(folder: Path, data: bytes, gap: Gap = Gap.KEEP, rect: Rect | None = None) -> redact.Release:
    path, out = folder / "a.pdf", folder / "b.pdf"
    path.write_bytes(data)
    marks = [Mark("m", 1, (rect or box_of(data)[0],))]
    with open_document(path) as document:
        made = redact.make(document, marks, redact.Options(gap=gap))
    out.write_bytes(made.data)
    result = verify.release(path, out, marks, gaps=made.gaps)
    assert result.passed, [f.what for f in result.leaks]
    return made


def _links(data: bytes) -> list[str]:
    with pymupdf.open(stream=data) as doc:
        return [link.get("uri") or f"page {link['page'] + 1}" for link in doc[0].get_links()]


def test_links_to_pages_and_to_the_web_stay(tmp_path: Path) -> None:
    data = _file(Dictionary(Rect=[72, 398, 180, 412]), _web("https://example.org/a?b=c#d"))
    made = _copy(tmp_path, data)
    assert _links(made.data) == ["page 2", "https://example.org/a?b=c#d"]
    assert made.links == 2 and not made.left_out["Link"]


@pytest.mark.parametrize("address", [
    f"https://example.org/{SECRET}", f"https://example.org/?q={SECRET.lower()}%20x",
    "https://example.org/" + "".join(f"%{ord(c):02x}" for c in SECRET), "https://example.org/quix-warden",
    "mailto:someone@example.org", "file:///etc/passwd", "javascript:alert(1)", "https://user@example.org/",
])
def test_addresses_with_a_removed_word_or_of_another_kind_go(address: str, tmp_path: Path) -> None:
    made = _copy(tmp_path, _file(_web(address), _web("https://example.org/")))
    assert _links(made.data) == ["https://example.org/"] and made.left_out["Link"] == 1


def test_a_link_on_a_mark_or_on_a_line_laid_anew_goes(tmp_path: Path) -> None:
    for gap, wanted in ((Gap.KEEP, ["page 2"]), (Gap.CONSTANT, [])):
        on_it, behind = (Dictionary(Rect=[x, 698, x + 40, 712]) for x in (140, 220))
        assert _links(_copy(tmp_path, _file(on_it, behind), gap).data) == wanted


def test_where_something_cannot_be_read_no_address_is_trusted(tmp_path: Path) -> None:
    data = _file(Dictionary(Rect=[72, 398, 180, 412]), _web("https://example.org/"), titles=("One",))
    made = _copy(tmp_path, data, rect=Rect(400, 500, 500, 550))
    assert _links(made.data) == ["page 2"] and made.titles == 0


def test_bookmarks_without_removed_words_and_the_language_stay(tmp_path: Path) -> None:
    made = _copy(tmp_path, _file(titles=("Opening", f"What {SECRET} said", "Quix-warden", "The rest")))
    with pymupdf.open(stream=made.data) as doc:
        assert [t[:2] for t in doc.get_toc()] == [[1, "Opening"], [1, "The rest"]]
    with pikepdf.open(io.BytesIO(made.data)) as pdf:
        assert str(pdf.Root.Lang) == "en-GB"
    assert made.titles == 2
    odd = _copy(tmp_path, _file(lang=f"en {SECRET}"))
    with pikepdf.open(io.BytesIO(odd.data)) as pdf:
        assert "/Lang" not in pdf.Root


def test_a_link_with_more_than_a_target_fails_a_copy(tmp_path: Path) -> None:
    data = _file(_web("https://example.org/"))
    made = _copy(tmp_path, data)
    with pikepdf.open(io.BytesIO(made.data)) as pdf:
        pdf.pages[0].Annots[0].Contents = String("a note")
        pdf.save(tmp_path / "b.pdf", object_stream_mode=pikepdf.ObjectStreamMode.generate)
    result = verify.release(tmp_path / "a.pdf", tmp_path / "b.pdf", [Mark("m", 1, (box_of(data)[0],))])
    assert "a link that holds more than its target" in [f.what for f in result.leaks]


@pytest.mark.parametrize(("address", "plain"), [
    ("http://a.b", True), ("https://a.b:8080/x?y=%20", True), ("https:///x", False), ("ftp://a.b", False),
    ("https://a.b/\u00e9", False), ("https://a.b/x y", False), ("https://a.b/?m=a%40b.c", False), ("", False),
])
def test_plain_addresses(address: str, plain: bool) -> None:
    assert is_plain(address) is plain
