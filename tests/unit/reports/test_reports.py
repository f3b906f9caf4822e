"""What goes out of an overview: whole in itself, safe to open, and the same figures in every form."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image

from review_app.domain.dispositions import document_state
from review_app.domain.errors import UsageError
from review_app.domain.findings import CodeReading
from review_app.domain.geometry import Rect
from review_app.domain.overview import Overview, document_figures, together
from review_app.domain.overview_report import OverviewReport
from review_app.domain.resources import resource_path
from review_app.domain.rows import CaseRow, DecisionRow, DocumentRow, LogHead, PageRow, RecordRow, SpanRow
from review_app.domain.vocabulary import (
    Band,
    Disposition,
    ExemptionStatus,
    Field,
    FieldStatus,
    Kind,
    Origin,
    Provenance,
    Status,
    Verdict,
)
from review_app.reports import drawing, page, png, svg
from review_app.reports.looks import LOOKS

EVIL = '</style><script>x()</script>\n<img src="http://e/x" onerror=y()>"\u202egnp.exe\x00\ud800\ufffe&amp;'
SECRET = "the words under the box"


def span(number: int, page_number: int, name: str, **values: object) -> SpanRow:
    base: dict[str, object] = {
        "id": f"s{number}", "document_id": "d", "page": page_number, "kind": Kind.BLACK_BOX,
        "origin": Origin.AGENCY, "status": Status.CONFIRMED, "rects": (Rect(0, 0, 600, 200),),
        "confidence": 0.9, "band": Band.LIKELY, "detector": "x", "evidence": SECRET,
        "exemption_status": ExemptionStatus.STATED, "raw": SECRET, "note": SECRET,
        "codes": (CodeReading(f"(b)(1){name}", "", Provenance.REVIEWER),),
        "decision": DecisionRow("s", Verdict.REFER, SECRET, f"A. {name}", "2026-01-02T03:04:05.000000Z"),
    }
    return SpanRow(**{**base, **values})  # type: ignore[arg-type]


def report(name: str, pages: int = 30) -> OverviewReport:
    """A document with everything in it, under this name; each text from outside holds the name."""
    document = DocumentRow("d", "c", "ab" * 32, name, "application/pdf", pages, Disposition.UNKNOWN, "")
    spans = [
        span(1, 1, name), span(2, 2, name, status=Status.SUGGESTED, codes=(),
                               exemption_status=ExemptionStatus.NOT_STATED),
        span(3, 3, name, origin=Origin.REVIEWER, rects=(Rect(0, 400, 600, 800),)),
        span(4, 4, name, kind=Kind.PAGE, codes=(), exemption_status=ExemptionStatus.ILLEGIBLE),
    ]
    rows = [PageRow("d", n, 600.0, 800.0) for n in range(1, pages + 1)]
    record = RecordRow("r", "d", Field.REVIEW_AUTHORITY, f"R. {name}", SECRET, 1, Rect(0, 0, 1, 1), 0.9,
                       FieldStatus.SUGGESTED)
    state = document_state(pages, spans, [], stamped=Disposition.RELEASED_IN_FULL)
    case = CaseRow("c", f"F-1 {name}")
    overview = together([document_figures(document, rows, spans, state)], None, {"d": case.number})
    return OverviewReport(overview, "2026-01-02T03:04:05.000000Z", f"M. {name}", "0.1.0",
                          LogHead(7, "cd" * 32), {"d": (record,)}, {"d": tuple(spans)})


def written(write: object, of: OverviewReport, out: Path) -> str:
    write(of, out)  # type: ignore[operator]
    return out.read_text(encoding="utf-8")


class Reader(HTMLParser):
    """Tags as they nest, attributes, cells of tables, and text."""

    VOID = frozenset({"meta", "br", "rect"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.tables: list[list[list[str]]] = []
        self.texts: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop() == tag, tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)
        if any(t in ("td", "th") for t in self.open):
            self.tables[-1][-1][-1] += data


def outside(read: Reader) -> Iterator[str]:
    """What would be fetched or run."""
    for tag, attributes in read.tags:
        if tag in ("script", "link", "img", "iframe", "object", "embed", "base", "form", "image", "use"):
            yield tag
        yield from (f"{tag} {name}" for name in attributes if name.startswith("on") or name == "style")
        for name in ("src", "href", "xlink:href", "data"):
            value = attributes.get(name)
            if value and not value.startswith("#"):
                yield f"{tag} {name}={value}"


@pytest.mark.parametrize("name", ["memo.pdf", EVIL, "מזכר.pdf", "{{ 7*7 }}{% raw %}"])
def test_the_page_is_whole_in_itself_whatever_the_names_are(tmp_path: Path, name: str) -> None:
    said = written(page.write, report(name), tmp_path / "o.html")
    read = Reader(said)
    assert read.open == [] and list(outside(read)) == []
    assert SECRET not in said
    assert ("{{ 7*7 }}" in said) is ("7*7" in name)
    assert not set("\u202e\x00") & set(said)
    policy = next(a["content"] for t, a in read.tags if a.get("http-equiv") == "Content-Security-Policy")
    style = re.search(r"<style>(.*?)</style>", said, re.DOTALL)
    assert style is not None and policy is not None
    hashed = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"style-src 'sha256-{hashed}'" in policy and policy.startswith("default-src 'none'")
    assert "url(" not in style[1] and "@import" not in style[1] and "@media print" in style[1]


def test_the_check_for_what_is_outside_is_awake() -> None:
    planted = '<p><script src="x"></script><a href="http://e"></a><b onclick="y"></b><i style="z"></i></p>'
    assert set(outside(Reader(planted))) == {
        "script", "script src=x", "a href=http://e", "b onclick", "i style"}


def loose_tables(said: str) -> int:
    """Tables that a small window would squeeze until each letter has a line: those that cannot scroll."""
    return said.count("<table>") - len(re.findall(
        r'<div class="wide" role="region" aria-label="[^"]+" tabindex="0">\n<table>', said))


def test_every_table_scrolls_by_itself_and_has_a_name(tmp_path: Path) -> None:
    said = written(page.write, report("memo.pdf"), tmp_path / "o.html")
    assert said.count("<table>") == 3 and loose_tables(said) == 0
    assert loose_tables(said.replace('class="wide" role', 'role', 1)) == 1


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = digits if len(digits) == 6 else "".join(2 * d for d in digits)
    parts = [int(digits[n:n + 2], 16) / 255 for n in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def pale(style: str) -> list[str]:
    """Colours of words that cannot be told from the paper they stand on, in either scheme."""
    found = []
    for scheme in re.findall(r":root {([^}]+)}", style):
        colours = dict(re.findall(r"--(\w+): (#\w+)", scheme))
        paper = luminance(colours["paper"])
        for name in ("ink", "quiet", "alarm", "link"):
            high, low = sorted((luminance(colours[name]), paper), reverse=True)
            if (high + 0.05) / (low + 0.05) < 4.5:
                found.append(name)
    return found


def test_words_can_be_read_on_light_and_on_dark_paper() -> None:
    style = (resource_path("reports") / "overview.css").read_text(encoding="utf-8")
    assert style.count(":root {") == 2 and "prefers-color-scheme: dark" in style
    assert pale(style) == []
    assert pale(style.replace("--quiet: #b4bac2", "--quiet: #555b62")) == ["quiet"]
    words = re.sub(r":root {[^}]+}", "", style)
    assert re.findall(r"[^-]color: (#\w+)", words) == [], "a colour that stays when the paper is dark"


def test_the_page_says_everything_in_tables(tmp_path: Path) -> None:
    of = report("memo.pdf")
    read = Reader(written(page.write, of, tmp_path / "o.html"))
    codes, pages, spans = read.tables
    assert [row[:5] for row in codes[1:]] == [
        ["(b)(1)memo.pdf", "2", "0", "2", "0.75"], ["code illegible", "1", "0", "1", "1.00"],
        ["code not stated", "1", "1", "1", "0.25"], ["All, each once", "4", "1", "4", "2.00"]]
    assert [row[2] for row in pages[1:6]] == ["25.0%", "25.0%", "50.0%", "100%", "0%"]
    assert len(pages) == 31
    assert spans[2] == ["2", "black box", "agency", "suggested", "code not stated", "not stated", "likely",
                        "25.0%", "refer A. memo.pdf, 2026-01-02T03:04:05.000000Z"]
    text = " ".join(" ".join(read.texts).split())
    assert "Disposition, stamped released in full" in text
    assert "the stamp says released in full, but something is withheld on pages 1-2, 4" in text
    assert f"entry 7, hash {'cd' * 32}" in text and "6.7% of 30 pages" in text
    assert "Review authority R. memo.pdf (as read, not confirmed, page 1)" in text
    assert not re.search(r"\bnone\b", text.partition("Overview of what")[2])  # before it stands the style


@pytest.mark.parametrize("name", ["memo.pdf", EVIL])
def test_the_picture_is_xml_with_a_shape_for_each_area(tmp_path: Path, name: str) -> None:
    said = written(svg.write, report(name), tmp_path / "o.svg")
    root = ElementTree.fromstring(said)
    fills = [e.get("fill") for e in root.iter("{http://www.w3.org/2000/svg}rect")]
    legend = 1
    assert fills.count("url(#fill-agency-undecided)") == 1 + legend
    assert fills.count("url(#fill-reviewer)") == 1 + legend
    titles = [e.text for e in root.iter("{http://www.w3.org/2000/svg}title")]
    assert len(titles) == 31 and titles[4].startswith("page 4: all withheld, withheld in full, 1 span")
    assert "script" not in {e.tag.rpartition("}")[2] for e in root.iter()}
    assert SECRET not in said


def test_the_same_areas_stand_in_the_png(tmp_path: Path) -> None:
    of = report("memo.pdf")
    png.write(of, tmp_path / "o.png")
    shapes = [s for p in drawing.picture(of).parts if isinstance(p, drawing.Cell) for s in p.shapes]
    with Image.open(tmp_path / "o.png") as image:
        whole = drawing.picture(of)
        assert image.size == (round(whole.width * 2), round(whole.height * 2))
        for look in ("agency", "reviewer", "agency-undecided"):
            box = next(s for s in shapes if isinstance(s, drawing.Box) and s.look == look)
            piece = image.crop((int(box.x * 2) + 2, int(box.y * 2) + 2, int((box.x + box.width) * 2) - 2,
                                int((box.y + box.height) * 2) - 2))
            colours = {f"#{r:02x}{g:02x}{b:02x}" for _, (r, g, b) in piece.getcolors()}
            wanted = {LOOKS[look].colour} if look == "agency" else {LOOKS[look].colour, "#ffffff"}
            assert colours == wanted, look


def test_so_many_pages_are_refused_as_png_and_drawn_as_svg(tmp_path: Path) -> None:
    of = report("memo.pdf", pages=9000)
    with pytest.raises(UsageError, match=r"\.svg"):
        png.write(of, tmp_path / "o.png")
    assert not (tmp_path / "o.png").exists()
    assert written(svg.write, of, tmp_path / "o.svg").count("<g>") == 9000


def test_nothing_at_all_can_be_told(tmp_path: Path) -> None:
    document = DocumentRow("d", None, "ab" * 32, "m", "text/plain", 0, Disposition.UNKNOWN, "")
    empty = document_figures(document, [], [], document_state(0, [], []))
    for overview in (together([empty]), Overview((), (), together([]).totals)):
        of = OverviewReport(overview, "2026-01-02T03:04:05Z", "M", "0", LogHead(0, "0" * 64))
        assert "Nothing is withheld" in written(page.write, of, tmp_path / "o.html")
        ElementTree.fromstring(written(svg.write, of, tmp_path / "o.svg"))
        png.write(of, tmp_path / "o.png")


def test_ten_thousand_marks_on_a_page_are_as_many_shapes_as_it_has_room_for() -> None:
    document = DocumentRow("d", None, "ab" * 32, "m", "text/plain", 1, Disposition.UNKNOWN, "")
    spans = [span(i, 1, "", rects=(Rect(10, i % 700, 14, i % 700 + 1),)) for i in range(10_000)]
    figures = document_figures(document, [PageRow("d", 1, 612.0, 792.0)], spans, document_state(1, spans, []))
    assert len(drawing.cell(figures.pages[0], 0, 0).shapes) < 1000


@pytest.mark.parametrize("counts", [(1,), (0,), (30,), (1, 2, 40, 3, 1, 1, 9), (1,) * 25, (300, 5)])
def test_pages_of_several_documents_lie_beside_one_another_and_never_over(counts: tuple[int, ...]) -> None:
    documents = [
        document_figures(
            DocumentRow(f"d{i}", None, "ab" * 32, "a long name " * 9, "text/plain", count,
                        Disposition.UNKNOWN, ""),
            [PageRow(f"d{i}", n, 600.0, 800.0) for n in range(1, count + 1)], [],
            document_state(count, [], []))
        for i, count in enumerate(counts)
    ]
    of = OverviewReport(together(documents), "2026-01-02T03:04:05Z", "M", "0", LogHead(0, "0" * 64))
    whole = drawing.picture(of)
    parts = list(whole.parts)
    cells = [p for p in parts if isinstance(p, drawing.Cell)]
    papers = [c.shapes[0] for c in cells]
    assert len(cells) == sum(counts)
    corners = {(round(p.x), round(p.y)) for p in papers}
    assert len(corners) == len(papers), "no page over another"
    assert all(p.x >= 0 and p.x + p.width <= whole.width for p in papers)
    lowest = max((p.y + p.height + 28 for p in papers), default=0)
    notes = [p.y for p in parts if isinstance(p, drawing.Label) and p.look == "note"]
    assert lowest < sorted(notes)[-3] and max(notes) < whole.height
    headings = [p for p in parts if isinstance(p, drawing.Label) and p.look == "heading"]
    assert len(headings) == len(counts)
    for heading in headings:
        right = heading.x + len(heading.text) * drawing.HEADING_CHARACTER
        assert all(right <= other.x or other.y != heading.y or other.x <= heading.x for other in headings)


@pytest.mark.parametrize(("name", "drawn"), [
    ("Élysée ½ – 1.pdf", "Élysée ½ – 1.pdf"), ("中文.pdf", r"\u4e2d\u6587.pdf"), ("מ.pdf", r"\u05de.pdf"),
])
def test_a_name_that_the_font_cannot_draw_can_be_told_in_the_png(name: str, drawn: str) -> None:
    assert png._drawable(name) == drawn


def test_a_disposition_of_the_record_is_told_in_words() -> None:
    read = RecordRow("r", "d", Field.DISPOSITION, "released_in_part", "in part", 1, Rect(0, 0, 1, 1), 0.9,
                     FieldStatus.SUGGESTED)
    assert page._value(read) == "released in part"
    assert page._value(replace(read, value="as a person wrote it")) == "as a person wrote it"
