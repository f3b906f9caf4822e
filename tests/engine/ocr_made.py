"""Pages made as pictures, and programs that pretend to be Tesseract."""

from __future__ import annotations

import shutil
import stat
import sys
from pathlib import Path

import pymupdf
import pytest

LINES = (
    "The committee met in the morning and heard three reports.",
    "Nothing was decided about the northern harbour project.",
    "The chairman thanked the members for their patience.",
)

needs_tesseract = pytest.mark.skipif(
    shutil.which("tesseract") is None, reason="Tesseract is not on this machine"
)
needs_scripts = pytest.mark.skipif(sys.platform == "win32", reason="the pretended programs are shell scripts")

HEADER = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext"


def typed(path: Path, lines: tuple[str, ...] = LINES) -> Path:
    """A PDF of one page with a text layer."""
    with pymupdf.open() as document:
        made = document.new_page(width=612, height=792)
        for row, line in enumerate(lines):
            made.insert_text((72, 100 + 24 * row), line, fontsize=12)
        document.save(path)
    return path


def picture(path: Path, lines: tuple[str, ...] = LINES, *, dpi: int = 200, turn: int = 0) -> Path:
    """The same page as a picture without text; ``turn`` is the page's /Rotate, its picture turned back."""
    with pymupdf.open() as document:
        made = document.new_page(width=612, height=792)
        for row, line in enumerate(lines):
            made.insert_text((72, 100 + 24 * row), line, fontsize=12)
        shot = made.get_pixmap(matrix=pymupdf.Matrix(dpi / 72, dpi / 72).prerotate(-turn), colorspace="gray")
        with pymupdf.open() as scan:
            size = (792, 612) if turn in (90, 270) else (612, 792)
            page = scan.new_page(width=size[0], height=size[1])
            page.insert_image(page.rect, pixmap=shot)
            page.set_rotation(turn)
            scan.save(path)
    return path


def program(folder: Path, monkeypatch: pytest.MonkeyPatch, act: str) -> Path:
    """Puts a pretended ``tesseract`` first on PATH. ``act`` is what it does with a page, as shell."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "tesseract"
    path.write_text(
        "#!/bin/sh\n"
        'case "$*" in\n'
        "*--version*) echo 'tesseract 9.8.7'; exit 0;;\n"
        "*--list-langs*) printf 'List of available languages in \"/x/\" (2):\\neng\\nosd\\n'; exit 0;;\n"
        "esac\n" + act + "\n",
        encoding="utf-8",
    )
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return path
