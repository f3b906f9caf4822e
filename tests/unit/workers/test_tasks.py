"""Merging spans, keeping recoverable text out, what a desk keeps open. In this process, on small files."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pymupdf
import pytest

from review_app.domain.content import Line, PageContent, Word
from review_app.domain.errors import InputRefused, PasswordNeeded, ReviewError, UsageError
from review_app.domain.findings import ScanResult, SpanFinding
from review_app.domain.geometry import Rect
from review_app.domain.ocr import OcrMode, OcrSettings
from review_app.domain.rows import LogHead
from review_app.domain.sheet import ReviewSheet
from review_app.domain.vocabulary import Band, Kind
from review_app.workers import page_words, scanning, tasks
from review_app.workers.scanning import merged, released_text
from review_app.workers.tasks import Desk


def span(identity: str, page: int, rect: tuple[float, float, float, float]) -> SpanFinding:
    return SpanFinding(page, Kind.BLANK, (Rect(*rect),), 0.9, Band.LIKELY, "test", ("reason",), id=identity)


def test_own_spans_win_over_found_ones_at_the_same_place():
    own = [span("u1", 1, (0, 0, 100, 20))]
    found = [
        span("s1", 1, (2, 0, 100, 20)), span("s2", 1, (0, 300, 100, 320)), span("s3", 2, (0, 0, 100, 20)),
    ]
    assert [s.id for s in merged(found, own)] == ["u1", "s2", "s3"]


def test_the_same_place_on_another_page_or_apart_is_another_span():
    own = [span("u1", 3, (0, 0, 100, 20))]
    found = [span("s1", 1, (0, 0, 100, 20)), span("s2", 3, (0, 15, 100, 35))]
    assert [s.id for s in merged(found, own)] == ["s1", "u1", "s2"]


def test_ids_stay_unique():
    own = [span("s1", 2, (0, 0, 10, 10)), span("s3", 2, (0, 50, 10, 60))]
    found = [span("s1", 1, (0, 0, 10, 10)), span("s2", 1, (0, 50, 10, 60)), span("", 1, (0, 90, 10, 99))]
    result = merged(found, own)
    assert len({s.id for s in result}) == 5
    assert [s.id for s in result if s.page == 2] == ["s1", "s3"]
    assert merged(found[:2], []) == tuple(found[:2])


def page(*rows: str, **values) -> PageContent:
    lines = []
    for number, row in enumerate(rows):
        words, start = [], 0
        for text in row.split():
            start = row.index(text, start)
            end = start + len(text)
            words.append(Word(text, start, Rect(start * 6, number * 12, end * 6, number * 12 + 10)))
            start = end
        lines.append(Line(row, 1, (Rect(0, number * 12, len(row) * 6, number * 12 + 10),), tuple(words)))
    return PageContent(1, 612, 792, tuple(lines), **values)


def test_recoverable_text_is_left_out():
    content = page("the first line", "open hidden open", "the last")
    hidden = [Rect(5 * 6, 11, 11 * 6, 23)]
    assert released_text(content, hidden) == "the first line\nopen open\nthe last"
    assert released_text(content, []) == content.text
    assert "hidden" in content.text, "the plant is there"


def test_a_review_sheet_has_no_text_of_the_document():
    assert released_text(page("a", is_review_sheet=True), []) == ""


def do(desk: Desk, task: str, **params):
    parts: list[dict] = []
    steps: list[tuple[int, int]] = []
    values, payload = desk.do(task, params, part=parts.append, progress=lambda *a: steps.append(a))
    return values, payload, parts, steps


@pytest.fixture
def desk():
    made = Desk(2)
    yield made
    made.close()


def pdf(path: Path, *pages: str) -> Path:
    with pymupdf.open() as document:
        for text in pages:
            document.new_page(width=300, height=400).insert_text((20, 50), text)
        document.save(path)
    return path


def test_scan_of_a_pdf(desk, tmp_path):
    path = pdf(tmp_path / "a.pdf", "one word", "two words")
    values, payload, parts, steps = do(desk, "scan", path=str(path), name="given name.pdf")
    result = ScanResult.of(values)
    assert (result.file, result.media_type, payload) == ("given name.pdf", "application/pdf", b"")
    assert result.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert [(p["page"], p["width"], p["height"]) for p in parts] == [(1, 300, 400), (2, 300, 400)]
    assert [p["text"].strip() for p in parts] == ["one word", "two words"]
    assert steps == [(1, 2), (2, 2)]


def test_scan_of_the_seeds(desk, seeds):
    for path in sorted(seeds.glob("*.txt")):
        values, _, parts, _ = do(desk, "scan", path=str(path), name=path.name)
        result = ScanResult.of(values)
        assert result.media_type == "text/plain"
        assert [part["page"] for part in parts] == list(range(1, result.page_count + 1))
        assert sum(len(part["text"]) for part in parts) > path.stat().st_size * 0.8


def test_a_page_with_very_much_text_comes_in_chunks(desk, tmp_path, monkeypatch):
    monkeypatch.setattr(scanning, "TEXT_CHUNK", 4)
    path = pdf(tmp_path / "a.pdf", "abcdefghij", "")
    _, _, parts, _ = do(desk, "scan", path=str(path))
    assert [p["page"] for p in parts if p["text"]] == [1] * len([p for p in parts if p["text"]])
    assert "".join(p["text"] for p in parts).strip() == "abcdefghij"
    assert max(len(p["text"]) for p in parts) == 4
    assert [p["page"] for p in parts][-1] == 2, "a page without text has its part too"


def test_pages_words_render(desk, tmp_path):
    path = str(pdf(tmp_path / "a.pdf", "word here"))
    values, *_ = do(desk, "pages", path=path)
    assert values["sizes"] == [[300, 400]]
    values, *_ = do(desk, "words", path=path, page=1)
    assert [word[4] for word in values["words"]] == ["word", "here"]
    assert 15 < values["words"][0][0] < 25
    values, pixels, *_ = do(desk, "render", path=path, page=1, scale=2.0)
    assert (values["width"], values["height"]) == (600, 800)
    assert len(pixels) == values["stride"] * 800
    assert set(bytes(pixels[:3])) == {255}, "a white corner"
    values, pixels, *_ = do(desk, "render", path=path, page=1, scale=2.0, clip=[10, 30, 110, 60])
    assert (values["width"], values["height"]) == (200, 60)
    assert min(bytes(pixels)[0::4]) < 50, "dark letters"


@pytest.mark.parametrize(
    ("task", "params", "kind"),
    [
        ("words", {"page": 0}, UsageError),
        ("words", {"page": 2}, UsageError),
        ("render", {"page": 1, "scale": 0}, UsageError),
        ("render", {"page": 1, "scale": 100.0}, InputRefused),
        ("render", {"page": 1, "scale": float("inf")}, UsageError),
        ("dance", {}, UsageError),
    ],
)
def test_refused(desk, tmp_path, task, params, kind):
    with pytest.raises(kind):
        do(desk, task, path=str(pdf(tmp_path / "a.pdf", "x")), **params)


def test_missing_file(desk, tmp_path):
    with pytest.raises(InputRefused, match="does not exist"):
        do(desk, "scan", path=str(tmp_path / "no.pdf"), name="evil\n\u202e.pdf")


def test_desk_keeps_few_documents_and_sees_changes(desk, tmp_path):
    files = [pdf(tmp_path / f"{n}.pdf", *["x"] * (n + 1)) for n in range(4)]
    for _ in range(2):
        for number, path in enumerate(files):
            assert len(do(desk, "pages", path=str(path))[0]["sizes"]) == number + 1
            assert len(desk._open) <= 2
    pdf(files[3], "x")
    assert len(do(desk, "pages", path=str(files[3]))[0]["sizes"]) == 1
    assert sum(key[0] == str(files[3]) for key in desk._open) == 1


def test_desk_keeps_no_more_than_fits(desk, tmp_path, monkeypatch):
    monkeypatch.setattr(tasks, "OPEN_BYTES", 10)
    for name in "ab":
        do(desk, "pages", path=str(pdf(tmp_path / f"{name}.pdf", "x")))
        assert len(desk._open) == 1


def test_a_password_opens_only_for_who_gives_it(desk, tmp_path):
    path = tmp_path / "locked.pdf"
    with pymupdf.open(pdf(tmp_path / "a.pdf", "x")) as document:
        document.save(path, encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="open", owner_pw="own")
    assert do(desk, "pages", path=str(path), passwords=["open"])[0]["sizes"]
    with pytest.raises(PasswordNeeded):
        do(desk, "pages", path=str(path))


def test_annotate_and_read_back(desk, seeds, tmp_path):
    memo = seeds / "1992-briefing-memo.txt"
    first = ScanResult.of(do(desk, "scan", path=str(memo), name=memo.name)[0])
    assert first.spans
    out = tmp_path / "memo.pdf"
    sheet = ReviewSheet(file=memo.name, sha256=first.sha256, actor="tester", made_at="2024-05-01T10:00:00Z")
    values, *_ = do(
        desk, "annotate", path=str(memo), name=memo.name, out=str(out), sheet=sheet.to_json(),
        spans=[s.to_json() for s in first.spans],
    )
    assert values["sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()
    assert values["page_count"] > first.page_count, "pages and a review sheet"
    values, _, parts, _ = do(desk, "scan", path=str(out), name=out.name)
    again = ScanResult.of(values)
    told = [[(s.page, s.kind, s.codes) for s in result.spans] for result in (first, again)]
    assert told[0] == told[1]
    assert parts[-1]["text"] == "", "the sheet is not the document's text"
    assert parts[0]["text"].strip()


def test_anchor_of_a_document_that_is_not_ours(desk, tmp_path):
    assert do(desk, "anchor", path=str(pdf(tmp_path / "a.pdf", "x")))[0] == {"anchor": None}


def test_anchor_of_our_copy(desk, tmp_path):
    path, out = pdf(tmp_path / "a.pdf", "x"), tmp_path / "out.pdf"
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    sheet = ReviewSheet(
        file="a.pdf", sha256=digest, actor="tester", made_at="2024-05-01T10:00:00Z",
        head=LogHead(7, "ab" * 32),
    )
    do(desk, "annotate", path=str(path), out=str(out), sheet=sheet.to_json(), spans=[])
    values, *_ = do(desk, "anchor", path=str(out))
    assert values["anchor"] == {"seq": 7, "hash": "ab" * 32, "document_sha256": digest}


def test_anchor_of_our_copy_made_without_a_workspace(desk, tmp_path):
    path, out = pdf(tmp_path / "a.pdf", "x"), tmp_path / "out.pdf"
    do(desk, "annotate", path=str(path), out=str(out), sheet=None, spans=[])
    assert do(desk, "anchor", path=str(out))[0] == {"anchor": None}


def test_annotate_without_the_sheets_pages_keeps_the_anchor(desk, tmp_path):
    path, out = pdf(tmp_path / "a.pdf", "x"), tmp_path / "out.pdf"
    sheet = ReviewSheet(
        file="a.pdf", sha256="0" * 64, actor="tester", made_at="2024-05-01T10:00:00Z",
        head=LogHead(7, "ab" * 32),
    )
    params = {"path": str(path), "out": str(out), "sheet": sheet.to_json(), "spans": []}
    assert do(desk, "annotate", **params)[0]["page_count"] > 1
    assert do(desk, "annotate", **params, sheet_pages=False)[0]["page_count"] == 1
    assert do(desk, "anchor", path=str(out))[0]["anchor"]["seq"] == 7


def test_annotate_an_encrypted_document(desk, tmp_path):
    path, out = tmp_path / "locked.pdf", tmp_path / "out.pdf"
    with pymupdf.open(pdf(tmp_path / "a.pdf", "x")) as document:
        document.save(path, encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="open", owner_pw="own")
    values, *_ = do(desk, "annotate", path=str(path), out=str(out), sheet=None, spans=[], passwords=["open"])
    assert values == {"sha256": hashlib.sha256(out.read_bytes()).hexdigest(), "page_count": 1}


def test_annotate_never_writes_over_the_original(desk, tmp_path):
    path = pdf(tmp_path / "a.pdf", "x")
    before = path.read_bytes()
    with pytest.raises(ReviewError):
        do(desk, "annotate", path=str(path), out=str(path), sheet=None, spans=[])
    assert path.read_bytes() == before


def test_scan_names_the_pages_without_a_text_layer(desk, tmp_path):
    path = tmp_path / "scan.pdf"
    with pymupdf.open() as document:
        for number in range(1, 6):
            page = document.new_page()
            if number in (2, 3, 5):
                page.draw_rect((50, 50, 200, 200), fill=(0, 0, 0))
            elif number == 1:
                page.insert_text((72, 72), "words")
        document.save(path)
    never = OcrSettings(OcrMode.NEVER).to_json()
    values, *_ = do(desk, "scan", path=str(path), ocr=never)
    assert [w for w in values["warnings"] if "text layer" in w] == [
        "no text layer on pages 2-3, 5: nothing was read there; look there yourself "
        "(recognising text is turned off)"
    ], "page 4 is empty: there is nothing to read"


def test_scan_of_a_page_with_text_warns_of_nothing(desk, tmp_path):
    values, *_ = do(desk, "scan", path=str(pdf(tmp_path / "a.pdf", "x")))
    assert values["warnings"] == []


def test_text_under_a_bar_reaches_neither_the_index_nor_the_result(tmp_path):
    """From the file to what leaves the child: the place and the count, never the words."""
    doc = pymupdf.open()
    made = doc.new_page()
    made.insert_text((72, 100), "The source was Quillfeather of the embassy")
    made.insert_text((72, 120), "This line stays as it is")
    place = made.search_for("Quillfeather")[0]
    made.draw_rect(place, color=(0, 0, 0), fill=(0, 0, 0))
    path = tmp_path / "leak.pdf"
    doc.save(path)
    parts: list[dict] = []
    desk = Desk(1)
    try:
        params = {"path": str(path), "name": "leak.pdf"}
        result, _ = desk.do("scan", params, part=parts.append, progress=lambda *_: None)
    finally:
        desk.close()
    assert "Quillfeather" not in str(result) and "Quillfeather" not in str(parts)
    text = "".join(part["text"] for part in parts)
    assert "The source was" in text and "of the embassy" in text and "This line stays as it is" in text
    (hidden,) = result["recoverable"]
    assert (hidden["page"], hidden["characters"]) == (1, len("Quillfeather"))
    assert [s["kind"] for s in result["spans"]] == ["black_box"]


def a_scan(path: Path) -> Path:
    """A page that is a picture with a black bar, and a text layer that still has the word below it."""
    with pymupdf.open() as source, pymupdf.open() as pdf:
        drawn = source.new_page(width=300, height=400)
        drawn.insert_text((20, 50), "word HIDDEN here")
        drawn.draw_rect((45, 36, 100, 56), fill=(0, 0, 0))
        page = pdf.new_page(width=300, height=400)
        page.insert_image(page.rect, pixmap=drawn.get_pixmap(dpi=150))
        page.insert_text((20, 50), "word HIDDEN here", render_mode=3)
        pdf.save(path)
    return path


def test_the_picture_of_a_page_is_searched_once_for_its_words(desk, tmp_path, monkeypatch):
    path, looked = str(a_scan(tmp_path / "a.pdf")), []
    look = page_words.raster.look
    monkeypatch.setattr(page_words.raster, "look", lambda *given: looked.append(1) or look(*given))
    first, *_ = do(desk, "words", path=path, page=1)
    again, *_ = do(desk, "words", path=path, page=1)
    assert first == again and "HIDDEN" not in {word[4] for word in first["words"]}
    assert {"word", "here"} <= {word[4] for word in first["words"]}
    assert len(looked) == 1
    other = str(pdf(tmp_path / "b.pdf", "another file"))
    values, *_ = do(desk, "words", path=other, page=1)
    assert [word[4] for word in values["words"]] == ["another", "file"], "kept by the file's own hash"


def test_few_pages_are_kept(desk, tmp_path, monkeypatch):
    monkeypatch.setattr(page_words, "KEPT", 1)
    one = a_scan(tmp_path / "a.pdf")
    two = tmp_path / "b.pdf"
    two.write_bytes(one.read_bytes() + b"\n% another\n")
    for path in (one, two, one):
        do(desk, "words", path=str(path), page=1)
    assert len(desk.words._kept) == 1
