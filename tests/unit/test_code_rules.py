"""The linter and the type checker, as tests: one command checks everything."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def _run(*args: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", *args], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_ruff_has_nothing_to_say() -> None:
    code, said = _run("ruff", "check", "review_app", "tests")
    assert code == 0, said


def test_types_are_strict_outside_the_window() -> None:
    code, said = _run("mypy", "--no-incremental")
    assert code == 0, said


def test_the_type_checker_is_awake(tmp_path: Path) -> None:
    """A planted fault: strict mode refuses an untyped function and a wrong return."""
    bad = tmp_path / "planted.py"
    bad.write_text("def f(x):\n    return x\n\ndef g() -> int:\n    return 'a'\n", encoding="utf-8")
    code, said = _run("mypy", "--strict", "--config-file", "", str(bad))
    assert code == 1
    assert "no-untyped-def" in said and "return-value" in said


def test_no_room_grew_past_its_walls() -> None:
    """Modules stay readable: a module of more than 450 lines wants a second door (design, section 2)."""
    large = {
        str(path.relative_to(ROOT)): lines
        for path in sorted((ROOT / "review_app").rglob("*.py"))
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 450
    }
    assert large == {}
