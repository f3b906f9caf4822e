"""How a child is started: a fresh interpreter, shut off from the user's environment.

``python -I`` alone honours no PYTHON* variable and no current folder, but it also loses a program that is
not installed and packages in the user's own site folder. So the parent passes its module path explicitly:
cleaned, standard library first. The program itself is loaded from the very folder the parent runs from, and
that folder does not go on the path, so a stray ``random.py`` beside a checkout is never imported.
"""

from __future__ import annotations

import os
import site
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from pathlib import Path

import review_app

# Loads the package by its place; everything else comes through the path it is given.
_BOOTSTRAP = """\
import gc, sys, json
gc.disable()  # nothing that comes up is garbage; workers.child ends this
config = json.loads(sys.argv[1])
sys.path[:] = config["path"]
from importlib.util import module_from_spec, spec_from_file_location
spec = spec_from_file_location(
    "review_app", config["package"] + "/__init__.py", submodule_search_locations=[config["package"]])
package = module_from_spec(spec)
sys.modules["review_app"] = package
spec.loader.exec_module(package)
from review_app.workers.child import main
sys.exit(main(config))
"""

# What a program needs of its surroundings; all else (PYTHON*, PYMUPDF_*, LD_PRELOAD, ...) stays outside.
_KEPT = frozenset({
    "PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "WINDIR",
    "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TESSDATA_PREFIX",
})

_SET = {
    # Children are the unit of parallel work; a library's own threads only cost address space.
    "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1",
    # glibc: keep the room of one picture instead of giving it back to the system after each. Fetching its
    # 4,000 memory pages anew was 10 of the 17 ms of a page at 150 dpi (tests/bench/children.py).
    "MALLOC_MMAP_THRESHOLD_": str(32 * 1024 * 1024), "MALLOC_TRIM_THRESHOLD_": str(64 * 1024 * 1024),
}


def command() -> list[str]:
    """The command line of a real child, before its configuration."""
    # -S: what ``site`` would find out comes with the configuration, and files beside the packages (.pth,
    # sitecustomize) run no code in a child.
    words = [sys.executable, "-I", "-S"]
    if sys.getfilesystemencoding().lower() == "utf-8":
        # File names must mean the same on both sides; -I ignores PYTHONUTF8.
        words += ["-X", "utf8"]
    return [*words, "-c", _BOOTSTRAP]


def package_folder() -> Path:
    """The folder of the package this process runs."""
    return Path(review_app.__file__).resolve().parent


def variables(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment variables of a child: a short list of the user's, and our own."""
    given = os.environ if environ is None else environ
    kept = {name: value for name, value in given.items() if name.upper() in _KEPT}
    return kept | _SET


def module_path(
    entries: Sequence[str] | None = None,
    *,
    python_path: str | None = None,
    folder: str | None = None,
) -> list[str]:
    """The module path of a child: this process's own, cleaned.

    Left out are relative entries, the current folder, the folder the package lives in (it is loaded by its
    place) and what PYTHONPATH named, except the interpreter's own folders. The standard library comes first,
    the rest keeps its order.

    Args:
        entries: ``sys.path`` when None.
        python_path: the PYTHONPATH variable when None.
        folder: the current folder when None.
    """
    given = sys.path if entries is None else entries
    named = os.environ.get("PYTHONPATH", "") if python_path is None else python_path
    sites = {_real(p) for p in [*site.getsitepackages(), site.getusersitepackages()]}
    unwanted = {_real(p) for p in named.split(os.pathsep) if p}
    unwanted.add(_current() if folder is None else _real(folder))
    unwanted.add(_real(str(package_folder().parent)))
    unwanted -= sites | _standard_folders()
    library: list[str] = []
    others: list[str] = []
    for entry in given:
        if not entry or not Path(entry).is_absolute() or _real(entry) in unwanted:
            continue
        target = library if _is_standard_library(entry) else others
        if entry not in target:
            target.append(entry)
    return library + others


def neutral_folder() -> str:
    """The current folder of a child: nobody's documents, nobody's modules."""
    return str(Path(sys.executable).resolve().parent) if sys.platform == "win32" else "/"


def _is_standard_library(entry: str) -> bool:
    roots = _standard_folders()
    real = _real(entry)
    parts = Path(real).parts
    if "site-packages" in parts or "dist-packages" in parts:
        return False
    if real in roots or any(Path(root) in Path(real).parents for root in roots):
        return True
    name = Path(real).name
    return name == f"python{sys.version_info.major}{sys.version_info.minor}.zip" or name == "DLLs"


def _standard_folders() -> set[str]:
    paths = sysconfig.get_paths()
    return {_real(paths["stdlib"]), _real(paths["platstdlib"])}


def _real(entry: str) -> str:
    return os.path.normcase(os.path.realpath(entry))


def _current() -> str:
    try:
        return _real(str(Path.cwd()))
    except OSError:
        return ""  # the folder was deleted under us: nothing can be imported from it either
