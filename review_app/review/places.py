"""Where things lie when nobody says otherwise: the workspace, and crash files."""

from __future__ import annotations

import getpass
import os
from datetime import UTC, datetime
from pathlib import Path

import platformdirs

from review_app import __version__
from review_app.domain.display import isolated
from review_app.domain.errors import InputRefused

_APP = "review-app"
STAMPS_VARIABLE = "REVIEW_APP_STAMPS"
"""Names a folder of stamp families."""
PATTERNS_VARIABLE = "REVIEW_APP_PATTERNS"
"""Names a folder of patterns to search for."""


def default_workspace() -> Path:
    """The user's own workspace folder."""
    return Path(platformdirs.user_data_dir(_APP, appauthor=False)) / "workspace"


def sample_workspace() -> Path:
    """The workspace in which the sample is tried: never the user's own."""
    return Path(platformdirs.user_data_dir(_APP, appauthor=False)) / "sample"


def default_actor() -> str:
    """The login name, ``reviewer`` where the system has none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "reviewer"


def stamp_folders() -> list[str]:
    """Folders with stamp families of the office's own: the user's, and the one that ``REVIEW_APP_STAMPS``
    names. Those that exist, the named one last, so that it wins."""
    folders = [Path(platformdirs.user_config_dir(_APP, appauthor=False)) / "stamps"]
    named = os.environ.get(STAMPS_VARIABLE, "").strip()
    if named:
        folders.append(Path(named).absolute())
    return [str(folder) for folder in folders if folder.is_dir()]


def pattern_folders() -> list[Path]:
    """Folders with patterns of the office's own, as for :func:`stamp_folders`."""
    folders = [Path(platformdirs.user_config_dir(_APP, appauthor=False)) / "patterns"]
    named = os.environ.get(PATTERNS_VARIABLE, "").strip()
    if named:
        folders.append(Path(named).absolute())
    return [folder for folder in folders if folder.is_dir()]


def own_stamps(folder: Path | None) -> list[str]:
    """The folders of :func:`stamp_folders` and ``folder``.

    Raises:
        InputRefused: ``folder`` is not there.
    """
    if folder is None:
        return stamp_folders()
    if not folder.is_dir():
        raise InputRefused(
            f"The folder of stamps {isolated(folder)} is not there", todo="Name a folder with stamp files"
        )
    return [*stamp_folders(), str(folder.absolute())]


def default_tessdata() -> str:
    """The folder of language files for recognising text that the environment names, empty when none."""
    return os.environ.get("REVIEW_APP_TESSDATA", "")


def crash_folder() -> Path:
    """Where crash files go."""
    return Path(platformdirs.user_log_dir(_APP, appauthor=False))


def write_crash_file(error: BaseException) -> Path | None:
    """Write what a developer needs about a defect of ours; None when even that fails.

    Holds versions, the type of the error and the places in the code it passed. It holds neither the
    error's message nor any variable: both may carry text of a document.
    """
    import platform
    import traceback

    lines = [
        f"review-app {__version__}", f"python {platform.python_version()} on {platform.platform()}", "",
    ]
    seen: BaseException | None = error
    while seen is not None:
        lines.append(f"{type(seen).__module__}.{type(seen).__qualname__}")
        lines += [f"  {Path(f.filename).name}:{f.lineno} in {f.name}"
                  for f in traceback.extract_tb(seen.__traceback__)]
        seen = seen.__cause__ or seen.__context__
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    path = crash_folder() / f"crash-{stamp}.txt"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    except OSError:
        return None
    return path
