"""What a child loads before its first page: one that takes another's place must be up at once."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
HEAVY = (
    "numpy", "pikepdf", "pypdfium2", "PIL", "review_app.detection", "review_app.engine.annotate",
    "review_app.engine.content", "review_app.domain.rows",
)

SCRIPT = """
import io, json, sys
import pymupdf
{plant}
from review_app.workers.tasks import Desk
with pymupdf.open() as pdf:
    pdf.new_page().insert_text((72, 72), "a word")
    pdf.save(sys.argv[1])
desk = Desk(2)
quiet = dict(part=lambda body: None, progress=lambda done, total: None)
for task in ("ping", "open", "pages", "outline"):
    desk.do(task, {{"path": sys.argv[1]}}, **quiet)
values, pixels = desk.do("render", {{"path": sys.argv[1], "page": 1, "scale": 0.5}}, **quiet)
loaded = [m for m in {heavy!r} if m in sys.modules]
words, _ = desk.do("words", {{"path": sys.argv[1], "page": 1}}, **quiet)
print(json.dumps([loaded, values["width"], len(words["words"])]))
"""


def run(tmp_path: Path, plant: str = "") -> list:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(plant=plant, heavy=HEAVY), str(tmp_path / "a.pdf")],
        capture_output=True, text=True, cwd=ROOT, check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_drawing_a_page_loads_nothing_that_only_other_tasks_need(tmp_path: Path) -> None:
    assert run(tmp_path) == [[], 298, 2]


def test_the_list_is_awake(tmp_path: Path) -> None:
    assert run(tmp_path, plant="import numpy")[0] == ["numpy"]
