"""What commands print: data to stdout, everything else to stderr, odd names escaped."""

from __future__ import annotations

import json
import sys
from typing import Any

from rich.console import Console

from review_app.domain.display import shown
from review_app.domain.errors import ReviewError

WIDE = 140
"""Columns of a table that goes to a file or a pipe, where no terminal says how wide it is."""


def stdout_console() -> Console:
    """For tables."""
    return Console(width=None if sys.stdout.isatty() else WIDE, highlight=False, markup=False, emoji=False)


def stderr_console() -> Console:
    """For progress."""
    return Console(stderr=True, highlight=False, markup=False, emoji=False)


def say(text: str) -> None:
    """One line of news to stderr."""
    sys.stderr.write(f"{text}\n")


def say_error(error: ReviewError, name: str = "") -> None:
    """One line for a person: the file where there is one, what happened, why, what to do."""
    prefix = f"{shown(name)}: " if name else ""
    one_line = " ".join(str(error).split())
    say(f"review-app: {prefix}{one_line}")


def put_json(value: Any) -> None:
    """One JSON object on one line of stdout, UTF-8 whatever the locale is."""
    line = json.dumps(value, ensure_ascii=False, separators=(", ", ": ")) + "\n"
    sys.stdout.flush()
    sys.stdout.buffer.write(line.encode("utf-8", "surrogateescape"))
    sys.stdout.buffer.flush()
