"""A file by itself: what it hides is found, what only looks so is not."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.append(str(Path(__file__).resolve().parent))

import leak_channels

from review_app.domain.verification import Channel, Verification
from review_app.engine import documents
from review_app.workers import verifying
from review_app.workers.request import Request

FOUND = {
    "t16_white": Channel.HIDDEN_TEXT, "t16_tiny": Channel.HIDDEN_TEXT, "t16_invisible": Channel.HIDDEN_TEXT,
    "t17_outside_crop": Channel.OUTSIDE_CROP, "t17_outside_media": Channel.OUTSIDE_CROP,
    "t18_clipped": Channel.HIDDEN_TEXT, "t19_behind_picture": Channel.COVERED_TEXT,
    "t42_covered": Channel.COVERED_TEXT, "i14_outside_crop": Channel.OUTSIDE_CROP,
    "a08_foreign_mark": Channel.UNAPPLIED, "a09_attached_file": Channel.ATTACHMENT,
    "d06_attachment": Channel.ATTACHMENT, "d13_hidden_layer": Channel.HIDDEN_LAYER,
    "d14_revision": Channel.REVISION, "d29_portfolio": Channel.ATTACHMENT,
}
NOTHING = (
    "t01_simple_font", "t08_form_shared", "t12_slanted_text", "t13_page_turned_270", "t14_cropped_turned",
    "t21_vertical", "t30_ligature", "i02_jpeg", "i17_scan_with_text", "a07_link", "d01_outline",
    "d20_encrypted",
)


def _alone(path: Path, password: str = "") -> Verification:
    request = Request(
        {"path": str(path), "passwords": [password] if password else []}, lambda part: None, lambda a, b: None
    )
    with documents.open_document(path, passwords=request.passwords) as document:
        return verifying.alone(document, request)


def _file(tmp_path: Path, name: str) -> tuple[Path, leak_channels.Case]:
    case = leak_channels.make(name)
    path = tmp_path / "file.pdf"
    path.write_bytes(case.data)
    return path, case


@pytest.mark.parametrize(("name", "channel"), FOUND.items())
def test_what_a_file_hides_is_found(tmp_path: Path, name: str, channel: Channel) -> None:
    path, _ = _file(tmp_path, name)
    found = _alone(path)
    assert channel in {f.channel for f in found.leaks} and not found.passed
    assert leak_channels.SECRET.lower() not in json.dumps(found.to_json()).lower()


@pytest.mark.parametrize("name", NOTHING)
def test_what_only_looks_so_is_not(tmp_path: Path, name: str) -> None:
    path, case = _file(tmp_path, name)
    found = _alone(path, case.password)
    assert found.passed, [f.what for f in found.leaks]


def test_an_update_that_only_adds_is_no_leak(tmp_path: Path) -> None:
    import pymupdf

    path, _ = _file(tmp_path, "t01_simple_font")
    with pymupdf.open(path) as doc:
        doc[0].insert_text((72, 500), "one more line")
        doc.saveIncr()
    assert path.read_bytes().count(b"%%EOF") == 2
    assert _alone(path).passed


def test_court_filings_of_the_corpus(shared: Path) -> None:
    folder = shared / "corpus" / "leaks_xray"
    expected: dict[str, Any] = json.loads((folder / "xray_expectations.json").read_text(encoding="utf-8"))
    for name in ("rectangles_yes.pdf", "rectangles_no.pdf", "ok_words.pdf", "no_bad_redactions.8.1.pdf"):
        found = _alone(folder / name)
        assert bool(found.leaks) == bool(expected[name]["expected_leaks"]), name
