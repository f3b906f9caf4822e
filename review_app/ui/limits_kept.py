"""Where the limits of the bands stand, remembered for each workspace of this user; a matter of looking,
not of the record."""

from __future__ import annotations

import hashlib
from pathlib import Path

from PySide6.QtCore import QSettings

from review_app.domain.bands import DEFAULT, Limits


def load(folder: Path) -> Limits:
    """The limits last used in a workspace; the start values when there are none that make sense."""
    values = _settings().value(_key(folder))
    try:
        shown, likely, certain = (float(v) for v in values)
        return Limits(certain, likely, shown)
    except (TypeError, ValueError):
        return DEFAULT


def save(folder: Path, limits: Limits) -> None:
    """Remember the limits of a workspace."""
    if limits == DEFAULT:
        _settings().remove(_key(folder))
    else:
        _settings().setValue(_key(folder), [str(v) for v in (limits.shown, limits.likely, limits.certain)])


def _key(folder: Path) -> str:
    # A path may name a person or a case: it does not belong into a settings file.
    return f"limits/{hashlib.sha256(str(folder).encode('utf-8', 'surrogateescape')).hexdigest()[:16]}"


def _settings() -> QSettings:
    return QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "review-app", "review-app")
