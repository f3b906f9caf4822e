"""The codes on the keys 1 to 9 and the codes used last, remembered for this user; no matter of the record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QSettings

KEYS = 9
LAST = 20
"""Codes remembered as used last."""
START = ("(b)(1)", "(b)(3)", "(b)(4)", "(b)(5)", "(b)(6)", "(b)(7)(A)", "(b)(7)(C)", "(b)(7)(E)", "1.4(d)")
"""What is on the keys before somebody puts other codes there: the codes of most American releases."""


def favourites() -> tuple[str, ...]:
    """The codes on the keys 1 to 9, in this order."""
    found = _read("codes/favourites")
    return found[:KEYS] if found else START


def set_favourites(codes: Iterable[str]) -> None:
    """Put these codes on the keys; none puts back those of the start."""
    kept = list(dict.fromkeys(codes))[:KEYS]
    if kept:
        _settings().setValue("codes/favourites", kept)
    else:
        _settings().remove("codes/favourites")


def last_used() -> tuple[str, ...]:
    """The codes that were cited last, the newest first."""
    return _read("codes/last")


def remember(codes: Sequence[str]) -> None:
    """These codes were cited now."""
    if codes:
        _settings().setValue("codes/last", list(dict.fromkeys([*codes, *last_used()]))[:LAST])


def _read(key: str) -> tuple[str, ...]:
    values = _settings().value(key)
    values = [values] if isinstance(values, str) else values
    return tuple(v for v in values if isinstance(v, str) and v) if isinstance(values, (list, tuple)) else ()


def _settings() -> QSettings:
    return QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "review-app", "review-app")
