"""Boxes at random on real pages: what passes the check shows nothing of what was removed to other readers.

The long version is ``tests/bench/random_marks.py``.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pymupdf
import pytest

sys.path.insert(0, str(Path(__file__).parent))

import careless
import leak_channels
from random_boxes import boxes_on, left_words

from review_app.domain.errors import InputRefused
from review_app.domain.guessing import Gap
from review_app.domain.marks import Mark
from review_app.engine import redact, verify
from review_app.engine.documents import open_document

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"
COPIES = 6


def _small_files() -> list[Path]:
    folders = ("state_hrc", "nara_jfk", "nara_jfk2025", "cia_cib", "leaks_xray")
    return [p for f in folders for p in sorted((CORPUS / f).glob("*.pdf")) if p.stat().st_size < 300_000]


def test_what_passes_shows_nothing_to_other_readers(tmp_path: Path) -> None:
    files = _small_files()
    if not files:
        pytest.skip("the corpus is not beside the repository")
    passed = 0
    for seed in range(COPIES):
        chance = random.Random(seed)
        path = chance.choice(files)
        with pymupdf.open(path) as doc:
            page = chance.randrange(doc.page_count)
            marks = [Mark(f"m{i}", page + 1, (r,)) for i, r in enumerate(boxes_on(doc[page], chance))]
        try:
            with open_document(path) as document:
                made = redact.make(document, marks, redact.Options(gap=Gap.KEEP))
        except InputRefused:
            continue
        out = tmp_path / f"{seed}.pdf"
        out.write_bytes(made.data)
        if verify.release(path, out, marks, gaps=made.gaps, is_blind=made.is_blind).passed:
            passed += 1
            assert left_words(path, out, marks) == 0, seed
    assert passed >= COPIES // 2, "most copies are of use"


@pytest.mark.parametrize("recipe", ["covered", "garbage"])
def test_the_second_opinion_sees_what_is_left(recipe: str, tmp_path: Path) -> None:
    case = leak_channels.make("t01_simple_font")
    first, second = tmp_path / "a.pdf", tmp_path / "b.pdf"
    first.write_bytes(case.data)
    second.write_bytes(careless.RECIPES[recipe](case.data, case.marks, ""))
    assert bool(left_words(first, second, case.marks)) == (recipe == "covered")
