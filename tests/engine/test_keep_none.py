"""PyMuPDF loses references to None; the interpreter must outlive it."""

from __future__ import annotations

import subprocess
import sys

import pytest

# Every round loses references; far more rounds than a fresh interpreter has references to None.
LOSE = """
import pymupdf
{keep}
page = pymupdf.open().new_page()
for line in range(40):
    page.insert_text((72, 72 + 12 * line), "a line of text")
for _ in range({rounds}):
    page.get_texttrace()
print("alive")
"""
ROUNDS = 600


def _run(keep: str) -> subprocess.CompletedProcess[str]:
    script = LOSE.format(keep=keep, rounds=ROUNDS)
    return subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=False
    )


def test_the_interpreter_outlives_many_calls_that_return_nothing() -> None:
    done = _run("import review_app.engine.mupdf")
    assert (done.returncode, done.stdout.strip()) == (0, "alive"), done.stderr[-500:]


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="from 3.12 on None is not counted")
def test_without_the_spare_references_it_dies() -> None:
    """The loss is real: should a later PyMuPDF have mended it, this test says that the guard can go."""
    done = _run("")
    assert done.returncode != 0 and "None" in done.stderr
