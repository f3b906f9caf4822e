"""What commands print: data to stdout, everything else to stderr, odd names escaped."""

from __future__ import annotations

import contextlib
import json
import re
import sys
from typing import TYPE_CHECKING, Any

from review_app.domain.display import shown
from review_app.domain.errors import ReviewError

if TYPE_CHECKING:
    from rich.console import Console

_LONE = re.compile("[\ud800-\udfff]")

WIDE = 140
"""Columns of a table that goes to a file or a pipe, where no terminal says how wide it is."""


def stdout_console() -> Console:
    """For tables."""
    from rich.console import Console  # an error is said, and the window opened, without it

    return Console(width=None if sys.stdout.isatty() else WIDE, highlight=False, markup=False, emoji=False)


def stderr_console() -> Console:
    """For progress."""
    from rich.console import Console

    return Console(stderr=True, highlight=False, markup=False, emoji=False)


def say(text: str) -> None:
    """One line of news to stderr. Where that leads nowhere (a full disk) it is lost, and nothing else is."""
    with contextlib.suppress(OSError):
        sys.stderr.write(f"{text}\n")


def say_error(error: ReviewError, name: str = "") -> None:
    """One line for a person: the file where there is one, what happened, why, what to do.

    The file is named once: not before a message that names it.
    """
    one_line = " ".join(str(error).split())
    prefix = f"{shown(name)}: " if name and shown(name) not in error.what else ""
    say(f"review-app: {prefix}{one_line}")


def put_json(value: Any) -> None:
    """One JSON object on one line of stdout, UTF-8 whatever the locale is.

    A byte of a file name that is no UTF-8 appears as ``\\udcff``, as Python's ``os.fsdecode`` has it.
    """
    line = json.dumps(value, ensure_ascii=False, separators=(", ", ": ")) + "\n"
    line = _LONE.sub(lambda found: f"\\u{ord(found[0]):04x}", line)  # they only stand within strings
    sys.stdout.flush()
    sys.stdout.buffer.write(line.encode("utf-8"))
    sys.stdout.buffer.flush()


def counted(number: int, word: str, many: str = "") -> str:
    """``1 page``, ``2 pages``; ``many`` where adding an s does not do."""
    return f"{number} {word}" if number == 1 else f"{number} {many or word + 's'}"
