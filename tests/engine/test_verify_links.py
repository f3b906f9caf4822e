"""Links, bookmarks and language of a copy beside the original: what is lost, wrong or on a mark is caught."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, OutlineItem, String

from review_app.domain.guessing import Gap
from review_app.domain.marks import Mark
from review_app.domain.verification import Verification
from review_app.engine import redact, verify
from review_app.engine.documents import open_document

sys.path.insert(0, str(Path(__file__).parent))

from redact_made import SECRET, box_of, page_of

ADDRESS = "https://example.org/a"
PERSON = "https://example.org/people/4711"


def _link(*rect: float, **target: Any) -> Dictionary:
    return Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=list(rect), Border=[0, 0, 0], **target)


def _web(*rect: float, address: str = ADDRESS) -> Dictionary:
    return _link(*rect, A=Dictionary(S=Name.URI, URI=String(address)))


def _file() -> bytes:
    """Two pages: a link to the web, one to page 2, and one in two halves, the first on the secret."""
    text = (
        f"BT /F1 12 Tf 72 700 Td (The officer {SECRET}) Tj 0 -16 Td (Smithson spoke) Tj"
        " 0 -284 Td (See it) Tj ET"
    )
    data = page_of(text.encode())
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pdf.pages.append(pdf.pages[0])
        pdf.pages[1].Contents = pdf.make_stream(b"BT /F1 12 Tf 72 700 Td (More of it) Tj ET")
        other = pdf.pages[1].obj
        pdf.pages[0].Annots = Array([pdf.make_indirect(a) for a in (
            _web(72, 398, 110, 412), _link(300, 398, 340, 412, Dest=Array([other, Name.XYZ, 0, 500, 0])),
            _web(138, 698, 200, 712, address=PERSON), _web(72, 681, 120, 694, address=PERSON),
        )])
        pdf.Root.Lang = String("en-GB")
        with pdf.open_outline() as outline:
            outline.root.extend([OutlineItem("Opening", 0), OutlineItem("The rest", 1)])
        out = io.BytesIO()
        pdf.save(out)
        return out.getvalue()


def _checked(folder: Path, fault: Callable[[Any], None] | None = None, gap: Gap = Gap.KEEP) -> Verification:
    """A copy of the file, with a fault planted in it, attacked."""
    path, out = folder / "a.pdf", folder / "b.pdf"
    data = _file()
    path.write_bytes(data)
    marks = [Mark("m", 1, (box_of(data)[0],))]
    with open_document(path) as document:
        made = redact.make(document, marks, redact.Options(gap=gap))
    with pikepdf.open(io.BytesIO(made.data)) as pdf:
        if fault is not None:
            fault(pdf)
        pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return verify.release(path, out, marks, gaps=made.gaps)


def _failed(result: Verification) -> set[str]:
    return {c.name for c in result.checks if not c.passed}


@pytest.mark.parametrize("gap", [Gap.KEEP, Gap.CONSTANT])
def test_links_bookmarks_and_language_that_stay_are_counted(gap: Gap, tmp_path: Path) -> None:
    result = _checked(tmp_path, gap=gap)
    assert result.passed, (_failed(result), [f.what for f in result.leaks])
    assert result.kept is not None and (result.kept.links, result.kept.kept_links) == (2, 2)
    assert next(c for c in result.checks if c.name.startswith("bookmarks")).count == 2


def _drop(pdf: Any) -> None:
    del pdf.pages[0].Annots[0]


def _move(pdf: Any) -> None:
    pdf.pages[0].Annots[0].Rect = Array([72, 398, 150, 412])


def _redirect(pdf: Any) -> None:
    pdf.pages[0].Annots[0].A.URI = String("https://example.org/b")


def _other_page(pdf: Any) -> None:
    pdf.pages[0].Annots[1].Dest[0] = pdf.pages[0].obj


def _other_height(pdf: Any) -> None:
    pdf.pages[0].Annots[1].Dest[3] = 250


def _add(pdf: Any) -> None:
    pdf.pages[1].Annots = Array([pdf.make_indirect(_web(72, 500, 90, 512))])


def _on_the_mark(pdf: Any) -> None:
    pdf.pages[0].Annots.append(pdf.make_indirect(_web(138, 698, 200, 712, address=PERSON)))


def _other_half(pdf: Any) -> None:
    pdf.pages[0].Annots.append(pdf.make_indirect(_web(72, 681, 120, 694, address=PERSON)))


def _word_in_address(pdf: Any) -> None:
    pdf.pages[0].Annots[0].A.URI = String(ADDRESS + "/quix-war-den")


@pytest.mark.parametrize(("fault", "what"), [
    (_move, "a link that the original does not have"), (_add, "a link that the original does not have"),
    (_redirect, "a link leads elsewhere than in the original"),
    (_other_page, "a link leads elsewhere than in the original"),
    (_other_height, "a link leads elsewhere than in the original"),
    (_on_the_mark, "a link lies in a marked place"),
    (_other_half, "a link leads to the address of a link that a mark covers"),
    (_word_in_address, "a removed word is in the address of a link"),
])
def test_a_wrong_link_fails_the_copy(fault: Callable[[Any], None], what: str, tmp_path: Path) -> None:
    result = _checked(tmp_path, fault)
    assert what in [f.what for f in result.leaks]
    assert "links as in the original, none at a mark" in _failed(result)


def test_a_link_that_is_lost_fails_the_copy(tmp_path: Path) -> None:
    result = _checked(tmp_path, _drop)
    assert result.kept is not None and (result.kept.links, result.kept.kept_links) == (2, 1)
    assert _failed(result) == {"links that may stay kept"} and not result.passed


def _no_bookmarks(pdf: Any) -> None:
    del pdf.Root.Outlines


def _strange_bookmark(pdf: Any) -> None:
    with pdf.open_outline() as outline:
        outline.root.append(OutlineItem("Another", 0))


def _bookmark_elsewhere(pdf: Any) -> None:
    with pdf.open_outline() as outline:
        outline.root[0].destination = 1


@pytest.mark.parametrize("fault", [_no_bookmarks, _strange_bookmark, _bookmark_elsewhere])
def test_a_lost_or_a_strange_bookmark_fails_the_copy(fault: Callable[[Any], None], tmp_path: Path) -> None:
    assert "bookmarks that may stay kept" in _failed(_checked(tmp_path, fault))


def _other_language(pdf: Any) -> None:
    pdf.Root.Lang = String("nl")


def _false_tags(pdf: Any) -> None:
    pdf.Root.MarkInfo = Dictionary(Marked=True)


@pytest.mark.parametrize(("fault", "what"), [
    (_other_language, "it names another language"),
    (_false_tags, "it says that it is tagged and holds no tags"),
])
def test_a_false_language_and_false_tags_fail_the_copy(
    fault: Callable[[Any], None], what: str, tmp_path: Path
) -> None:
    assert what in [f.what for f in _checked(tmp_path, fault).leaks]


def test_a_blind_maker_may_leave_addresses_and_bookmarks_out(tmp_path: Path) -> None:
    def fault(pdf: Any) -> None:
        _drop(pdf)
        _no_bookmarks(pdf)

    assert not _checked(tmp_path, fault).passed
    marks = [Mark("m", 1, (box_of(_file())[0],))]
    assert verify.release(tmp_path / "a.pdf", tmp_path / "b.pdf", marks, is_blind=True).passed
