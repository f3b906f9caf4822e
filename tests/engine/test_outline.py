"""Bookmarks and page labels: what ordinary files hold, and that no hostile one costs more."""

from __future__ import annotations

import time
from pathlib import Path

import pymupdf
import pytest

from review_app.domain.outline import MAX_DEPTH, MAX_ENTRIES, MAX_LABEL, MAX_TITLE, Outline, OutlineEntry
from review_app.engine import outline
from review_app.engine.documents import open_document


def raw_pdf(path: Path, catalog: str, objects: dict[int, str], pages: int = 3) -> Path:
    """A PDF whose catalog and further objects (from number 100 on) are as given."""
    all_objects = {1: f"<< /Type /Catalog /Pages 2 0 R {catalog} >>"}
    kids = " ".join(f"{n} 0 R" for n in range(3, 3 + pages))
    all_objects[2] = f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>"
    for number in range(3, 3 + pages):
        all_objects[number] = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] >>"
    all_objects.update(objects)
    out, at = bytearray(b"%PDF-1.7\n"), {}
    for number, text in sorted(all_objects.items()):
        at[number] = len(out)
        out += f"{number} 0 obj\n{text}\nendobj\n".encode("latin-1")
    start = len(out)
    out += f"xref\n0 1\n{0:010d} 65535 f \n".encode()
    for number, offset in sorted(at.items()):
        out += f"{number} 1\n{offset:010d} 00000 n \n".encode()
    out += f"trailer << /Root 1 0 R /Size {max(at) + 1} >>\nstartxref\n{start}\n%%EOF\n".encode()
    path.write_bytes(out)
    return path


def read(path: Path) -> Outline:
    with open_document(path) as document:
        return outline.read(document)


def test_places_are_in_points_as_displayed_also_on_turned_and_cropped_pages(tmp_path: Path) -> None:
    with pymupdf.open() as made:
        for _ in range(4):
            made.new_page(width=612, height=792)
        made[1].set_rotation(180)
        made[2].set_cropbox(pymupdf.Rect(0, 100, 612, 700))
        made.set_toc([[1, "One", 1], [1, "Turned", 2], [2, "Cut", 3], [1, "Caf\u00e9 \u65e5\u672c", 4]])
        places = ("0 700", "0 700", "0 500", "0 792")
        for number, (xref, place) in enumerate(zip(made.get_outline_xrefs(), places, strict=True)):
            made.xref_set_key(xref, "A", "null")
            made.xref_set_key(xref, "Dest", f"[{made[number].xref} 0 R /XYZ {place} 0]")
        made.save(tmp_path / "a.pdf")
    found = read(tmp_path / "a.pdf")
    assert found.entries == (
        OutlineEntry(0, "One", 1, 92.0), OutlineEntry(0, "Turned", 2, 700.0),
        OutlineEntry(1, "Cut", 3, 192.0), OutlineEntry(0, "Caf\u00e9 \u65e5\u672c", 4, 0.0),
    )
    assert found.labels == () and not found.is_cut


def test_named_places_numbers_other_files_and_nowhere(tmp_path: Path) -> None:
    path = raw_pdf(tmp_path / "a.pdf", "/Outlines 100 0 R /Dests << /here [4 0 R /Fit] >>", {
        100: "<< /First 101 0 R >>",
        101: "<< /Title (name) /Dest /here /Next 102 0 R >>",
        102: "<< /Title (number) /Dest [2 /FitH 692] /Next 103 0 R >>",
        103: "<< /Title (other file) /A << /S /GoToR /F (x.pdf) /D [0 /Fit] >> /Next 104 0 R >>",
        104: "<< /Title (script) /A << /S /JavaScript /JS (app.alert) >> /Next 105 0 R >>",
        105: "<< /Title (gone) /Dest [99 0 R /Fit] /Next 106 0 R >>",
        106: "<< /Title (far) /Dest [77 /Fit] /Next 107 0 R >>",
        107: "<< /Dest [77 /Fit] >>",
    })
    assert read(path).entries == (
        OutlineEntry(0, "name", 2), OutlineEntry(0, "number", 3, 100.0), OutlineEntry(0, "other file", 0),
        OutlineEntry(0, "script", 0), OutlineEntry(0, "gone", 0), OutlineEntry(0, "far", 0),
    )


@pytest.mark.parametrize("objects", [
    {100: "<< /First 101 0 R >>", 101: "<< /Title (a) /Next 101 0 R /First 101 0 R >>"},
    {100: "<< /First 101 0 R >>", 101: "<< /Title (a) /Next 102 0 R >>",
     102: "<< /Next 101 0 R /First 100 0 R >>"},
    {100: "<< /First << /Title (direct) >> >>"},
    {100: "(no dictionary)"},
    {100: "<< /First 101 0 R >>", 101: "[1 2 3]"},
    {100: "<< /First 101 0 R >>", 101: "<< /Title [(a)] /Dest << /D << /D (x) >> >> >>"},
])
def test_circles_and_broken_trees_end(tmp_path: Path, objects: dict[int, str]) -> None:
    found = read(raw_pdf(tmp_path / "a.pdf", "/Outlines 100 0 R", objects))
    assert len(found.entries) <= 2


def test_depth_count_and_titles_are_limited(tmp_path: Path) -> None:
    deep = {n: f"<< /Title (t{n}) /First {n + 1} 0 R >>" for n in range(101, 1101)}
    found = read(raw_pdf(tmp_path / "deep.pdf", "/Outlines 100 0 R", {100: "<< /First 101 0 R >>", **deep}))
    assert len(found.entries) == 1000 and max(e.depth for e in found.entries) == MAX_DEPTH
    many = {n: f"<< /Title (t) /Next {n + 1} 0 R >>" for n in range(101, 101 + MAX_ENTRIES + 50)}
    started = time.process_time()
    found = read(raw_pdf(tmp_path / "many.pdf", "/Outlines 100 0 R", {100: "<< /First 101 0 R >>", **many}))
    assert len(found.entries) == MAX_ENTRIES and found.is_cut
    assert time.process_time() - started < 5
    title = "x" * 1_000_000
    long = raw_pdf(tmp_path / "long.pdf", "/Outlines 100 0 R",
                   {100: "<< /First 101 0 R >>", 101: f"<< /Title ({title}) >>"})
    assert len(read(long).entries[0].title) == MAX_TITLE


def labels(path: Path, tree: str, pages: int = 6, objects: dict[int, str] | None = None) -> tuple[str, ...]:
    return read(raw_pdf(path / "l.pdf", f"/PageLabels {tree}", objects or {}, pages)).labels


def test_labels_of_all_styles(tmp_path: Path) -> None:
    tree = "<< /Nums [0 << /S /r >> 2 << /S /D /St 7 >> 4 << /P (App-) /S /A /St 26 >>] >>"
    assert labels(tmp_path, tree) == ("i", "ii", "7", "8", "App-Z", "App-AA")
    assert labels(tmp_path, "<< /Nums [0 << /S /R /St 1994 >>] >>", 1) == ("MCMXCIV",)
    assert labels(tmp_path, "<< /Nums [0 << /P (Cover) >> 1 << /S /D >>] >>", 3) == ("Cover", "1", "2")
    assert labels(tmp_path, "<< /Nums [0 << /S /D >>] >>") == (), "plain numbers are no labels"
    assert labels(tmp_path, "<< /Kids [100 0 R 101 0 R] >>", 3, {
        100: "<< /Nums [0 << /S /a >>] >>", 101: "<< /Nums [1 << /S /D /St 5 >>] >>"}) == ("a", "5", "6")


@pytest.mark.parametrize(("tree", "objects"), [
    ("<< /Kids [100 0 R] >>", {100: "<< /Kids [100 0 R 101 0 R] /Nums [0 << /S /r >>] >>",
                               101: "<< /Kids [100 0 R] >>"}),
    ("<< /Nums [0 << /S /a /St 2147483647 >>] >>", {}),
    ("<< /Nums [0 << /S /R /St 99999999 >>] >>", {}),
    (f"<< /Nums [0 << /P ({'p' * 100_000}) >>] >>", {}),
    ("<< /Nums [-5 << /S /r >> 999 << /S /r >> 0] >>", {}),
    ("<< /Nums [0 17 1 (x) 2 [1]] >>", {}),
    ("(no tree)", {}),
])
def test_odd_labels_stay_short_and_end(tmp_path: Path, tree: str, objects: dict[int, str]) -> None:
    found = labels(tmp_path, tree, 3, objects)
    assert len(found) in (0, 3) and all(len(label) <= MAX_LABEL for label in found)


def test_a_text_file_has_no_bookmarks(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("hello\n", encoding="utf-8")
    assert read(tmp_path / "a.txt") == Outline()


def test_a_page_is_meant_by_its_label_first() -> None:
    known = Outline(labels=("i", "ii", "1", "2", "A-1"))
    for text, page in {"ii": 2, "II": 2, "1": 3, " 2 ": 4, "a-1": 5, "5": 5, "3": 3, "6": None, "0": None,
                       "": None, "x": None, "\u0663": None, "9" * 30: None}.items():
        assert known.page_of(text, 5) == page, text


def test_what_a_lying_child_says_is_cut_to_the_limits() -> None:
    entries = [[7, "x" * 999, 99, -5.0], [9, "b", 2, 10.0]]
    found = Outline.of({"entries": entries, "labels": ["a"], "is_cut": False}, 3)
    assert found.entries == (OutlineEntry(0, "x" * MAX_TITLE, 0, 0.0), OutlineEntry(1, "b", 2, 10.0))
    assert found.labels == (), "one label for three pages is none"
    none = {"labels": [], "is_cut": False}
    for bad in ({}, {"entries": 5, **none}, {"entries": [[1]], **none}):
        with pytest.raises((ValueError, TypeError, KeyError)):
            Outline.of(bad, 3)
