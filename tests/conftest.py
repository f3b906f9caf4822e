"""Fixtures for every test: where the shared corpus is, and where the program's own seeds are."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real documents; a clone without it skips the tests that read it."""
    folder = ROOT.parent / "shared"
    if not (folder / "corpus").is_dir():
        pytest.skip("the corpus of real documents (../shared) is not here")
    return folder


@pytest.fixture(scope="session")
def seeds() -> Path:
    """The program's own sample documents."""
    return ROOT / "seeds"
