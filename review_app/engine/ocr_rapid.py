"""RapidOCR, the extra ``review-app[ocr]``: models inside its wheel, nothing is downloaded.

It reads worn and rubber stamps that Tesseract cannot (detection reference 5: 70 of 144 fields to 44) at four
to six times the processor time, so it reads where Tesseract is unsure, or when it is chosen.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from importlib import metadata
from pathlib import Path

from review_app.engine.ocr_process import run
from review_app.engine.ocr_tesseract import MAX_ANSWER, parsed, pgm
from review_app.engine.ocr_types import Found, Picture

NAME = "RapidOCR"

PAGE_SECONDS = 180.0
"""Longest time for a page; one takes 7 seconds of processor time with the loading of the models."""

PAGE_CPU_SECONDS = 60
"""Most processor time for a page, in seconds."""

WORK_DPI = 200
"""More brought nothing and costs time (detection reference 5)."""

_START = """\
import json, runpy, sys
sys.path[:] = json.loads(sys.argv[1])
runpy.run_path(sys.argv[2], run_name="__main__")
"""


def version() -> str | None:
    """Its version, None where it, or the library that runs its models, is not installed."""
    if any(importlib.util.find_spec(name) is None for name in ("rapidocr", "onnxruntime", "cv2")):
        return None
    try:
        return metadata.version("rapidocr")
    except metadata.PackageNotFoundError:
        return None


class RapidOcr:
    """Reads pictures in a process of its own."""

    def __init__(self, version: str) -> None:
        self.title = f"{NAME} {version}"

    def read(self, picture: Picture) -> list[Found]:
        """The words of a picture. Its lines are cut into words at blanks, with even letters.

        Raises:
            EngineFailed: it fails, takes too long or too much memory.
        """
        step = max(1, round(picture.dpi / WORK_DPI))
        pixels = picture.pixels
        if step > 1:
            height, width = (side // step * step for side in pixels.shape)
            cut = pixels[:height, :width].reshape(height // step, step, width // step, step)
            pixels = cut.mean(axis=(1, 3)).astype(pixels.dtype)
        script = Path(__file__).with_name("ocr_rapid_program.py")
        words = [sys.executable, "-I", "-c", _START, json.dumps(sys.path), str(script)]
        said = run(
            words, pgm(pixels), name=NAME, seconds=PAGE_SECONDS, most_bytes=MAX_ANSWER,
            cpu_seconds=PAGE_CPU_SECONDS,
        )
        height, width = pixels.shape
        return [
            Found(f.text, f.x0 * step, f.y0 * step, f.x1 * step, f.y1 * step, f.sure)
            for f in parsed(said, width, height)
        ]
