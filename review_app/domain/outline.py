"""What a document says of its own order: bookmarks and the names of its pages.

All of it is text of the document: shown, never logged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from review_app.domain.values import dataclass

MAX_ENTRIES = 20_000
"""Bookmarks read of one document; the longest tables of contents of released files have a few thousand."""

MAX_DEPTH = 32
"""Levels of bookmarks below each other; deeper ones are shown at this level."""

MAX_TITLE = 300
"""Characters of a bookmark's title."""

MAX_LABEL = 24
"""Characters of a page's label; a longer one is taken for none."""


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """A bookmark. ``depth`` counts from 0; ``page`` from 1, 0 when it leads nowhere in this document; ``top``
    is the height on that page in points as displayed, 0 for its upper edge."""

    depth: int
    title: str
    page: int
    top: float = 0.0


@dataclass(frozen=True, slots=True)
class Outline:
    """Bookmarks in reading order, and the label of each page (empty when the document names none).

    ``is_cut`` says that there were more bookmarks than are read.
    """

    entries: tuple[OutlineEntry, ...] = ()
    labels: tuple[str, ...] = ()
    is_cut: bool = False

    def page_of(self, text: str, page_count: int) -> int | None:
        """The page that somebody means by a label or a number; a label comes first, as it is what is printed.

        None when there is no such page.
        """
        wanted = " ".join(text.split())
        if not wanted:
            return None
        for known, asked in ((self.labels, wanted), ([n.casefold() for n in self.labels], wanted.casefold())):
            if asked in known:
                return known.index(asked) + 1
        if wanted.isascii() and wanted.isdigit() and len(wanted) < 10 and 1 <= int(wanted) <= page_count:
            return int(wanted)
        return None

    def label(self, page: int) -> str:
        """A page's label, empty when it is its number."""
        label = self.labels[page - 1] if 1 <= page <= len(self.labels) else ""
        return "" if label == str(page) else label

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "entries": [[e.depth, e.title, e.page, round(e.top, 1)] for e in self.entries],
            "labels": list(self.labels), "is_cut": self.is_cut,
        }

    @classmethod
    def of(cls, value: Mapping[str, Any], page_count: int) -> Outline:
        """What :meth:`to_json` made, within the limits whoever made it: it comes from a process that read a
        hostile file.

        Raises:
            ValueError, TypeError, KeyError: it is not of that form.
        """
        entries: list[OutlineEntry] = []
        before = -1
        for depth, title, page, top in _list(value["entries"])[:MAX_ENTRIES]:
            level = min(max(0, int(depth)), MAX_DEPTH, before + 1)
            number = int(page) if 1 <= int(page) <= page_count else 0
            entries.append(OutlineEntry(level, str(title)[:MAX_TITLE], number, max(0.0, float(top))))
            before = level
        labels = tuple(str(label) for label in _list(value["labels"]))
        if len(labels) != page_count or any(len(label) > MAX_LABEL for label in labels):
            labels = ()
        return cls(tuple(entries), labels, bool(value["is_cut"]))


def _list(value: object) -> Sequence[Any]:
    if not isinstance(value, list):
        raise TypeError("not a list")
    return value
