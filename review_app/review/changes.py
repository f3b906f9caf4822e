"""What a change touched: views refresh from this alone."""

from __future__ import annotations

from dataclasses import dataclass, fields

_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Changes:
    """Which kind of thing changed, and which ids. ``spans`` and ``record`` hold the ids of *documents*
    whose spans or record fields changed: every view that shows them shows them by document. ``incoming`` are
    documents on their way in that came a step further, failed or left; nothing of them is recorded.
    ``pages`` are documents whose page sizes are known better now."""

    cases: frozenset[str] = _NONE
    documents: frozenset[str] = _NONE
    spans: frozenset[str] = _NONE
    record: frozenset[str] = _NONE
    exports: frozenset[str] = _NONE
    incoming: frozenset[str] = _NONE
    pages: frozenset[str] = _NONE
    log: bool = False

    def __or__(self, other: Changes) -> Changes:
        """Both together."""
        return Changes(**{f.name: getattr(self, f.name) | getattr(other, f.name) for f in fields(self)})

    def __bool__(self) -> bool:
        """True when anything changed."""
        return any(getattr(self, f.name) for f in fields(self))
