"""Tesseract as a program of the machine: found, asked for its version and languages, and run on pages.

Settings from detection reference 5: ``--oem 1 --psm 3``, one thread, about 1 s and 240 MB a page.
"""

from __future__ import annotations

import math
import re
import shutil
import sys
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from review_app.domain.values import dataclass
from review_app.engine.ocr_process import run
from review_app.engine.ocr_types import EngineFailed, Found, Picture

NAME = "Tesseract"

PAGE_SECONDS = 120.0
"""Longest time for a page: fifty times what one takes, and less than a child may be silent."""

PAGE_CPU_SECONDS = 20
"""Most processor time for a page: released pages take 1 to 5 seconds, one of nothing but speckle minutes."""

MAX_ANSWER = 32 * 1024 * 1024
"""Bytes. A word takes about 60 in the answer; a page of a newspaper has 10,000 words."""

MAX_WORDS = 100_000

_ASK_SECONDS = 20.0
_HEADER = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext"
_VERSION = re.compile(r"tesseract v?(\d[\w.\-]{0,30})")
_USUAL = {
    "win32": (
        r"C:\Program Files\Tesseract-OCR\tesseract.exe",
        r"C:\Program Files (x86)\Tesseract-OCR\tesseract.exe",
        r"~\AppData\Local\Programs\Tesseract-OCR\tesseract.exe",
    ),
    # A program started from the Dock does not have the shell's PATH.
    "darwin": ("/opt/homebrew/bin/tesseract", "/usr/local/bin/tesseract", "/opt/local/bin/tesseract"),
}


@dataclass(frozen=True, slots=True)
class Installed:
    """A Tesseract that answers. ``languages`` without ``osd``, which reads nothing."""

    program: str
    version: str
    languages: tuple[str, ...]


def find_program() -> str | None:
    """The program's absolute path: from PATH, else from the usual places of the system."""
    named = shutil.which("tesseract")
    if named is not None:
        return str(Path(named).absolute())
    for place in _USUAL.get(sys.platform, ()):
        path = Path(place).expanduser()
        if path.is_file():
            return str(path)
    return None


def installed(tessdata: str = "") -> Installed | None:
    """What is there, None when there is no such program.

    Raises:
        EngineFailed: there is one, and it does not answer.
    """
    program = find_program()
    return None if program is None else _asked(program, tessdata)


@cache
def _asked(program: str, tessdata: str) -> Installed:
    said = _ask([program, "--version"])
    version = _VERSION.search(said)
    if version is None:
        raise EngineFailed(f"{NAME} does not tell its version")
    folder = ["--tessdata-dir", tessdata] if tessdata else []
    lines = _ask([program, *folder, "--list-langs"]).splitlines()
    names = [line.strip() for line in lines if re.fullmatch(r"[\w/]{2,60}", line.strip())]
    return Installed(program, version.group(1), tuple(sorted(n for n in names if n != "osd")))


def _ask(words: list[str]) -> str:
    return run(words, b"", name=NAME, seconds=_ASK_SECONDS, most_bytes=2**20).decode("utf-8", "replace")


class Tesseract:
    """Reads pictures with the program.

    Args:
        there: the program.
        languages: of those it has.
        tessdata: its folder of language files, empty for its own.
    """

    def __init__(self, there: Installed, languages: tuple[str, ...], tessdata: str = "") -> None:
        self._there = there
        self._languages = languages
        self._folder = ["--tessdata-dir", tessdata] if tessdata else []
        self.title = f"{NAME} {there.version} ({'+'.join(languages)})"

    def read(self, picture: Picture, *, layout: int = 3) -> list[Found]:
        """The words of a picture, in reading order.

        Args:
            picture: what to read.
            layout: Tesseract's page segmentation mode.

        Raises:
            EngineFailed: the program fails, or what it says is no table of words.
        """
        words = [
            self._there.program, *self._folder, "stdin", "stdout", "--oem", "1", "--psm", str(layout),
            "-l", "+".join(self._languages), "--dpi", str(picture.dpi), "tsv",
        ]
        said = run(
            words, pgm(picture.pixels), name=NAME, seconds=PAGE_SECONDS, most_bytes=MAX_ANSWER,
            cpu_seconds=PAGE_CPU_SECONDS,
        )
        height, width = picture.pixels.shape
        return parsed(said, width, height)


def pgm(pixels: NDArray[np.uint8]) -> bytes:
    """A grey picture as a file of the simplest form."""
    height, width = pixels.shape
    return b"P5 %d %d 255\n" % (width, height) + np.ascontiguousarray(pixels).tobytes()


def parsed(said: bytes, width: int, height: int) -> list[Found]:
    """The words of Tesseract's table. Rows that are not what they should be are left out.

    Raises:
        EngineFailed: it is no such table, or has more than MAX_WORDS words.
    """
    lines = said.decode("utf-8", "replace").split("\n")
    if lines[0].rstrip("\r") != _HEADER:
        raise EngineFailed(f"what {NAME} answered is no table of words")
    found: list[Found] = []
    for line in lines[1:]:
        cells = line.rstrip("\r").split("\t", 11)
        if len(cells) != 12 or cells[0] != "5":
            continue
        text = "".join(c for c in cells[11] if c.isprintable()).strip()
        try:
            left, top, wide, high, sure = (float(cell) for cell in cells[6:11])
        except ValueError:
            continue
        if not text or not all(map(math.isfinite, (left, top, wide, high, sure))) or wide < 1 or high < 1:
            continue
        if left < 0 or top < 0 or left + wide > width + 1 or top + high > height + 1:
            continue
        if len(found) >= MAX_WORDS:
            raise EngineFailed(f"{NAME} gave more than {MAX_WORDS:,} words for one page")
        # Several words in one cell would be found by no search for one of them.
        unit, sure = wide / len(text), min(1.0, max(0.0, sure / 100.0))
        for match in re.finditer(r"\S+", text):
            x0, x1 = left + match.start() * unit, left + match.end() * unit
            found.append(Found(match.group(), x0, top, x1, top + high, sure))
    return found
