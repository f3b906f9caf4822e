"""The arrows between the rooms: kept as they are, and each contract broken by a planted import."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# module file, planted import, and the name of the contract that must notice
PLANTED = [
    ("domain/geometry.py", "import review_app.store", "arrows point down"),
    ("store/journal.py", "import review_app.review.desk", "arrows point down"),
    ("ui/words.py", "import review_app.store.journal", "window and command line see use cases"),
    ("cli/output.py", "import review_app.workers.pool", "window and command line see use cases"),
    ("review/forms.py", "import review_app.engine.documents", "use cases see the pool of children"),
    ("reports/drawing.py", "import review_app.review.session", "arrows point down"),
    ("reports/svg.py", "import review_app.store.queries", "reports are made of plain values"),
    ("reports/png.py", "import PySide6", "only ui imports Qt"),
    ("review/search.py", "import PySide6", "only ui imports Qt"),
    ("review/record.py", "import sqlite3", "only store imports SQLite"),
    ("ui/theme.py", "import sqlite_utils", "only store imports SQLite"),
    ("ui/bridge.py", "import pymupdf", "only engine imports PDF libraries"),
    ("detection/scan.py", "import pikepdf", "only engine imports PDF libraries"),
    ("workers/protocol.py", "import numpy", "the parent's side of the children stays light"),
    ("detection/notes.py", "import review_app.engine", "detection knows no PDF library"),
    ("engine/render.py", "import review_app.review.session", "engine knows no case"),
    ("domain/codes.py", "import rapidfuzz", "domain uses the standard library only"),
    ("review/places.py", "import urllib.request", "nothing speaks to a network"),
    ("workers/tasks.py", "import pickle", "nothing speaks to a network"),
]


def _lint(folder: Path) -> str:
    """What lint-imports prints for the package in ``folder``."""
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [str(program), "--no-cache"], cwd=folder, capture_output=True, text=True, check=False,
        env={**os.environ, "COLUMNS": "300", "PYTHONPATH": str(folder)},
    )
    return done.stdout + done.stderr


def test_every_arrow_points_the_right_way() -> None:
    said = _lint(ROOT)
    assert " 0 broken" in said, said


def test_each_contract_notices_a_planted_import(tmp_path: Path) -> None:
    skip = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "review_app", tmp_path / "review_app", ignore=skip)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for file, line, _ in PLANTED:
        path = tmp_path / "review_app" / file
        path.write_text(path.read_text(encoding="utf-8") + f"\n{line}\n", encoding="utf-8")
    said = " ".join(_lint(tmp_path).split())
    for file, line, contract in PLANTED:
        importer = "review_app." + file.removesuffix(".py").replace("/", ".")
        imported = line.removeprefix("import ")
        top = imported if imported.startswith("review_app") else imported.split(".")[0]
        assert f"{contract}" in said and "BROKEN" in said
        assert f"{importer} -> {top}" in said, f"{contract}: {importer} -> {top} went unnoticed"


def test_every_contract_has_a_planted_import() -> None:
    import tomllib

    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    names = [c["name"] for c in config["tool"]["importlinter"]["contracts"]]
    for name in names:
        assert any(name.startswith(contract) for _, _, contract in PLANTED), name
