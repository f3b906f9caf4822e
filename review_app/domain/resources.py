"""Where the program's own data files are: beside the package in a checkout, inside it when installed."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def resource_path(*parts: str) -> Path:
    """Path of a file under ``resources/``, for example ``resource_path("codes", "exemption_codes.csv")``."""
    return _find("resources").joinpath(*parts)


def seeds_path() -> Path:
    """The folder of sample documents."""
    return _find("seeds")


def _find(name: str) -> Path:
    installed = _PACKAGE / name
    return installed if installed.is_dir() else _PACKAGE.parent / name
