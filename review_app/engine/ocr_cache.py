"""Recognised pages kept on disk, so that no page is recognised twice.

``<folder>/<first two digits>/<sha256 of the document>/<page>.json`` holds the last reading of a page with the
engine, its version and languages. An entry that is damaged, cut off or of another engine counts as none; the
folder may be deleted at any time. Entries hold text of the document, as the index of the workspace does.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import os
import tempfile
from pathlib import Path
from typing import Any

from review_app.domain.values import dataclass
from review_app.engine.ocr_types import Found

FORM = 1
"""Raised when a reading of the same engine would come out differently; older entries then count as none."""

MAX_ENTRY = 64 * 1024 * 1024
"""Bytes. An entry is at most what an engine may answer for a page."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A reading: the words of a page, and the recipe they were made by.

    ``is_blank``: nothing is on the page. ``is_added``: they stand beside a text layer, not in its place.
    """

    recipe: str
    words: tuple[Found, ...]
    is_blank: bool = False
    is_added: bool = False


class Cache:
    """The readings of one document.

    Args:
        folder: where all readings are kept; empty for nowhere.
        sha256: of the document's bytes.
    """

    def __init__(self, folder: str, sha256: str) -> None:
        self._folder = Path(folder) / sha256[:2] / sha256 if folder else None

    def get(self, number: int, recipe: str | None = None) -> Entry | None:
        """The last reading of a page, None when there is none that can be used.

        Args:
            number: the page, from 1.
            recipe: only a reading made by this one; any when None.
        """
        if self._folder is None:
            return None
        try:
            path = self._folder / f"{number}.json"
            with path.open("rb") as file:
                data = file.read(MAX_ENTRY + 1)
            digest, _, body = data.partition(b"\n")
            if len(data) > MAX_ENTRY or hashlib.sha256(body).hexdigest().encode() != digest:
                return None
            values = json.loads(body)
            if values["form"] != FORM or values["page"] != number:
                return None
            made_by = str(values["recipe"])
            if recipe is not None and made_by != recipe:
                return None
            return Entry(
                made_by, tuple(_found(row) for row in values["words"]), bool(values["blank"]),
                bool(values["added"]),
            )
        except (OSError, ValueError, KeyError, TypeError, IndexError, RecursionError):
            return None

    def put(self, number: int, entry: Entry) -> None:
        """Keep a reading. A disk that takes no more costs the reading, never the document."""
        if self._folder is None:
            return
        body = json.dumps({
            "form": FORM, "page": number, "recipe": entry.recipe, "blank": entry.is_blank,
            "added": entry.is_added, "words": [
                [round(v, 2) for v in (f.x0, f.y0, f.x1, f.y1, f.sure)] + [f.text] for f in entry.words
            ],
        }).encode()
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._folder, suffix=".part")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
                os.replace(name, self._folder / f"{number}.json")  # noqa: PTH105 - names as mkstemp gives them
            except OSError:
                os.unlink(name)  # noqa: PTH108
                raise

    def drop(self, number: int) -> None:
        """Forget a page: its text layer is read."""
        if self._folder is not None:
            with contextlib.suppress(OSError):
                (self._folder / f"{number}.json").unlink()


def _found(row: list[Any]) -> Found:
    x0, y0, x1, y1, sure = (float(v) for v in row[:5])
    text = row[5]
    if not isinstance(text, str) or not text or not all(map(math.isfinite, (x0, y0, x1, y1, sure))):
        raise ValueError("not a word")
    if x1 < x0 or y1 < y0 or len(row) != 6:
        raise ValueError("not a word")
    return Found(text, x0, y0, x1, y1, sure)
