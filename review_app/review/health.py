"""What is installed and works: the facts that ``doctor`` and the about box show."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from review_app import __version__
from review_app.domain.codes import all_codes, schemes
from review_app.domain.display import shown
from review_app.domain.errors import ReviewError
from review_app.domain.resources import seeds_path
from review_app.domain.values import dataclass
from review_app.review.places import stamp_folders
from review_app.review.standalone import Standalone
from review_app.store.facts import has_full_text_search, sqlite_version

_LIBRARIES = ("pymupdf", "pikepdf", "pypdfium2", "numpy", "sqlite-utils", "rapidfuzz", "jinja2")


@dataclass(frozen=True, slots=True)
class Check:
    """One fact. ``needed``: without it the main job does not work."""

    name: str
    works: bool
    text: str
    needed: bool = True


def checks(workspace: Path) -> Iterator[Check]:
    """All checks, quick ones first. Starts a child and lets it scan a sample; loads no window library."""
    yield Check("review-app", True, __version__)
    yield Check("python", sys.version_info >= (3, 11), platform.python_version())
    for name in _LIBRARIES:
        version = _version(name)
        yield Check(name, version is not None, version or "not installed")
    yield Check("sqlite", has_full_text_search(), f"{sqlite_version()}, full-text search needed")
    yield Check("code schemes", bool(all_codes()), f"{len(schemes())} schemes, {len(all_codes())} codes")
    yield _child()
    yield _stamps()
    yield _workspace(workspace)
    yield _window()
    yield from _engines()


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _child() -> Check:
    try:
        with Standalone() as tool:
            sample = next(iter(sorted(seeds_path().glob("*.txt"))))
            spans = len(tool.scan(sample).spans)
    except (ReviewError, StopIteration) as error:
        return Check("child process", False, str(error) or "the samples are missing")
    return Check("child process", True, f"started, found {spans} spans in a sample")


def _stamps() -> Check:
    folders = stamp_folders()
    try:
        with Standalone() as tool:
            found = tool.stamps(folders)
    except ReviewError as error:
        return Check("stamp families", False, str(error))
    text = f"{len(found.names)} families: {', '.join(found.names)}"
    if folders:
        text += f"; your own: {', '.join(found.own) or 'none'}"
    for name, reason in found.broken:
        text += f"; {name} is not used: {reason}"
    return Check("stamp families", not found.broken, text, needed=False)


def _workspace(folder: Path) -> Check:
    place = folder
    while not place.exists() and place != place.parent:
        place = place.parent
    works = os.access(place, os.W_OK)
    return Check("workspace", works, f"{shown(folder)} {'can' if works else 'cannot'} be written")


def _window() -> Check:
    version = _version("PySide6-Essentials")
    if version is None:
        return Check("window", False, "PySide6-Essentials is not installed", needed=False)
    if sys.platform.startswith("linux") and not (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    ):
        return Check("window", False, f"PySide6 {version}, but no display here", needed=False)
    return Check("window", True, f"PySide6 {version}", needed=False)


def _engines() -> Iterator[Check]:
    """What recognises text in pictures of pages, asked in a child as a scan does."""
    try:
        with Standalone() as tool:
            for engine in tool.ocr_engines():
                yield Check(engine.name, engine.works, engine.text, needed=False)
    except ReviewError as error:
        yield Check("recognising text", False, str(error), needed=False)
