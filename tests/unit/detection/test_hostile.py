"""Hostile text takes bounded work: a megabyte in one line, a hundred thousand brackets."""

from __future__ import annotations

import time

import pytest
from handmade import text_pages

from review_app.detection import scan

# CPU seconds for 100 kB to 1 MB each; quadratic work would take far longer. The real figures are under 1.5.
LIMIT_S = 8.0
SIZE = 100_000


def repeated(text: str) -> str:
    return text * (SIZE // len(text))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a" * 1_000_000, id="one word of a megabyte"),
        pytest.param("[" * 100_000, id="opening brackets"),
        pytest.param("[]" * 100_000, id="empty brackets"),
        pytest.param(repeated("[not decl "), id="half notes"),
        pytest.param(repeated("[name not declassified] "), id="notes in one line"),
        pytest.param(repeated("not declassified]"), id="closing halves"),
        pytest.param(repeated("[1" + "," * 150 + "x]"), id="commas in brackets"),
        pytest.param(repeated("[" + "1-" * 75 + " x]"), id="figures in brackets"),
        pytest.param(repeated("[less than " + "1 1/2 " * 20 + "]"), id="fractions in brackets"),
        pytest.param("\t" * 1_000_000, id="tabs"),
        pytest.param(repeated("\t\t\t\n"), id="lines of tabs"),
        pytest.param(" " * 1_000_000, id="blanks"),
        pytest.param(repeated("RELEASE IN "), id="half release phrases in one line"),
        pytest.param(repeated("RELEASE IN PART\n"), id="release phrases"),
        pytest.param(repeated("RELEASE\n"), id="heads of release phrases"),
        pytest.param(repeated("Case No. "), id="labels in one line"),
        pytest.param(repeated("Case No. F-2014-20439 Doc No. C05767886 Date: 08/31/2015\n"), id="stamps"),
        pytest.param(repeated("Review Authority: "), id="names without end"),
        pytest.param(repeated("Message Attributes\n"), id="headings of label pages"),
        pytest.param("RELEASE IN PART\n" + repeated("text here   B6\n"), id="margin codes"),
        pytest.param("RELEASE IN PART\n" + repeated("1.4(B,"), id="open code list"),
        pytest.param("1" * 1_000_000, id="digits"),
        pytest.param(repeated("06/17/96 "), id="dates"),
        pytest.param(" ".join(f"w{i:x}q" for i in range(30_000)), id="nothing but new words"),
        pytest.param(repeated("Attachments:\n"), id="attachment headings"),
        pytest.param(repeated("FROM: a\nTO: b\nSUBJECT: c\n"), id="memo headings"),
    ],
)
def test_bounded(text: str) -> None:
    pages = text_pages(text)
    start = time.process_time()
    scan.document(pages)
    assert time.process_time() - start < LIMIT_S
