"""Where the limits of the bands stand, remembered for each workspace of this user; a matter of looking,
not of the record."""

from __future__ import annotations

import hashlib
from pathlib import Path

from review_app.domain.bands import DEFAULT, Limits
from review_app.ui import settings
from review_app.ui.settings import Setting
from review_app.ui.settings_table import CERTAIN, LIKELY, LIMITS, SHOWN


def load(folder: Path) -> Limits:
    """The limits last used in a workspace; those of the settings where nobody moved them."""
    return settings.get(_of(folder))


def save(folder: Path, limits: Limits) -> None:
    """Remember the limits of a workspace, unless they are those of the settings."""
    settings.put(_of(folder), (limits.shown, limits.likely, limits.certain))


def start() -> Limits:
    """The limits of a workspace where nobody moved them."""
    try:
        return Limits(*(settings.get(s) / 100 for s in (CERTAIN, LIKELY, SHOWN)))
    except ValueError:  # each of them makes sense, but not beside the others
        return DEFAULT


def _of(folder: Path) -> Setting[Limits]:
    return LIMITS.of(of_workspace(folder), start())


def of_workspace(folder: Path) -> str:
    """The name of a workspace in the settings. Its path may name a person or a case: it does not belong into
    a settings file."""
    return hashlib.sha256(str(folder).encode("utf-8", "surrogateescape")).hexdigest()[:16]
