"""Screens with more pixels: pages, cut-outs and thumbnails as sharp as those, marks where they belong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCREENS = {"screens": [
    {"name": "one", "x": 0, "y": 0, "width": 1280, "height": 800},
    {"name": "two", "x": 1280, "y": 0, "width": 2560, "height": 1440},
]}


def look(folder: Path, seeds: Path, *more: str, **environment: str) -> list[dict]:
    """Run a window of its own, as Qt takes its scale at its start, and give what it found."""
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("sharp_window.py")), str(folder),
         str(seeds / "1992-briefing-memo.txt"), *more],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), "XDG_CONFIG_HOME": str(folder / "config"),
             "XDG_STATE_HOME": str(folder / "state"), **environment},
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def assert_sharp(found: dict, ratio: float) -> None:
    assert found["ratio"] == ratio
    assert found["grabbed"] == [round(side * ratio) for side in found["window"]]
    assert found["has sharp page"], "drawn at the pixels of the screen"
    assert found["cut out"][0] == ratio and found["cut out"][1] > 0.8 * ratio
    assert found["span edge"], "the frame of a span lies where the span is"
    assert found["thumbnail"]


@pytest.mark.parametrize("ratio", [1.5, 2.0])
def test_the_desk_is_sharp_on_a_screen_with_more_pixels(tmp_path, seeds, ratio):
    (found,) = look(tmp_path, seeds, QT_SCALE_FACTOR=str(ratio))
    assert_sharp(found, ratio)


def test_a_window_that_is_moved_to_another_screen_is_sharp_there_and_comes_back_when_that_goes(
    tmp_path, seeds
):
    screens = tmp_path / "screens.json"
    screens.write_text(json.dumps(SCREENS), encoding="utf-8")
    here, there, back = look(tmp_path, seeds, "moves", QT_QPA_PLATFORM=f"offscreen:configfile={screens}",
                             QT_SCREEN_SCALE_FACTORS="one=1;two=2")
    assert_sharp(here, 1.0)
    assert_sharp(there, 2.0)
    assert back["seen"]
    with pytest.raises(AssertionError):  # what is blurred would be noticed
        assert_sharp({**there, "cut out": here["cut out"]}, 2.0)
