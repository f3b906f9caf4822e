"""A screen without a monitor whose pixels can be watched, real key presses, and the viewers compared.

Xvfb keeps its frame buffer in a file (``-fbdir``) that is mapped here, so a look costs a millisecond and asks
no program anything. Keys come through XTest, as from a keyboard. Linux only.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
WIDTH, HEIGHT = 1280, 1000
MARK_PIXELS = 40
"""So many pixels of the mark's colour in one frame mean that a page is on screen."""
_MAGENTA = 0xFF00FF
_LOOK_S = 0.001
_OPENBOX = """<?xml version="1.0"?><openbox_config xmlns="http://openbox.org/3.4/rc"><applications>
<application class="*"><decor>no</decor><maximized>yes</maximized><focus>yes</focus></application>
</applications></openbox_config>"""
NEEDED = ("Xvfb", "openbox", "okular", "qpdfview")


def missing() -> list[str]:
    """Programs that the comparison needs and that are not on this machine."""
    return [name for name in NEEDED if shutil.which(name) is None]


class Screen:
    """One display of :data:`WIDTH` x :data:`HEIGHT` pixels whose window manager shows windows full size."""

    def __init__(self, folder: Path) -> None:
        self._home = folder
        read, write = os.pipe()
        self._server = subprocess.Popen(
            [
                "Xvfb",
                "-displayfd",
                str(write),
                "-screen",
                "0",
                f"{WIDTH}x{HEIGHT}x24",
                "-fbdir",
                str(folder),
                "-nolisten",
                "tcp",
            ],
            pass_fds=[write],
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(write)
        with os.fdopen(read) as said:
            self.display = f":{said.readline().strip()}"
        self._file = (folder / "Xvfb_screen0").open("rb")
        self._map = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)
        header = struct.unpack(">25I", self._map[:100])
        start, self._stride = header[0] + 12 * header[19], header[12]
        self._pixels = np.frombuffer(self._map, np.uint32, HEIGHT * self._stride // 4, start).reshape(
            HEIGHT, -1
        )
        config = folder / "openbox.xml"
        config.write_text(_OPENBOX)
        self.environment = {
            "PATH": os.environ["PATH"],
            "DISPLAY": self.display,
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "XDG_RUNTIME_DIR": str(folder),
            "QT_QPA_PLATFORM": "xcb",
            "XDG_CONFIG_HOME": str(folder / "config"),
            "NO_AT_BRIDGE": "1",
            "XDG_DATA_HOME": str(folder / "data"),
            "XDG_CACHE_HOME": str(folder / "cache"),
            "XDG_STATE_HOME": str(folder / "state"),
            "REVIEW_APP_LANGUAGE": "en",
        }
        self._manager = subprocess.Popen(
            ["openbox", "--config-file", str(config)],
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._x11 = ctypes.CDLL("libX11.so.6")
        self._xtst = ctypes.CDLL("libXtst.so.6")
        self._x11.XOpenDisplay.restype = ctypes.c_void_p
        self._x11.XStringToKeysym.restype = ctypes.c_ulong
        self._connection = ctypes.c_void_p(self._x11.XOpenDisplay(self.display.encode()))

    def pixels(self) -> np.ndarray:
        """What is on the screen: rows of 0x00RRGGBB, shape (:data:`HEIGHT`, :data:`WIDTH`), a live view."""
        return self._pixels[:, :WIDTH]

    def middle(self) -> np.ndarray:
        """A copy of the part where every viewer shows its page."""
        return self.pixels()[200:900, 420:820].copy()

    def has_page(self) -> bool:
        """Whether a page is on screen, told by its mark."""
        return int(np.count_nonzero((self.pixels() & 0xFFFFFF) == _MAGENTA)) >= MARK_PIXELS

    def press(self, key: str) -> None:
        """Press and let go a key, by its X name (``Next`` is Page Down)."""
        code = self._x11.XKeysymToKeycode(
            self._connection, ctypes.c_ulong(self._x11.XStringToKeysym(key.encode()))
        )
        for is_down in (1, 0):
            self._xtst.XTestFakeKeyEvent(self._connection, code, is_down, 0)
        self._x11.XFlush(self._connection)

    def click(self, x: int, y: int) -> None:
        """Click with the first button."""
        self._xtst.XTestFakeMotionEvent(self._connection, -1, x, y, 0)
        for is_down in (1, 0):
            self._xtst.XTestFakeButtonEvent(self._connection, 1, is_down, 0)
        self._x11.XFlush(self._connection)

    def wait_for_page(self, limit_s: float) -> float | None:
        """Seconds until a page is on screen; None when it never was."""
        start = time.perf_counter()
        while (took := time.perf_counter() - start) < limit_s:
            if self.has_page():
                return took
            time.sleep(_LOOK_S)
        return None

    def changes_after(
        self, before: np.ndarray, limit_s: float, quiet_s: float = 0.25
    ) -> tuple[float, float] | None:
        """Seconds until the middle differs from ``before``, and until its last change."""
        start = time.perf_counter()
        first, last, seen = None, 0.0, before
        while (now := time.perf_counter() - start) < limit_s:
            middle = self.middle()
            if not np.array_equal(middle, seen):
                first, last, seen = first if first is not None else now, now, middle
            elif first is not None and now - last > quiet_s:
                return first, last
            time.sleep(_LOOK_S)
        return (first, last) if first is not None else None

    def close(self) -> None:
        """End the window manager and the server, both started here."""
        self._x11.XCloseDisplay(self._connection)
        for process in (self._manager, self._server):
            _end(process)


@contextmanager
def screen() -> Iterator[Screen]:
    """A screen for the time of the block."""
    with tempfile.TemporaryDirectory() as folder:
        shown = Screen(Path(folder))
        try:
            yield shown
        finally:
            shown.close()


@dataclass(frozen=True)
class Viewer:
    """A program that shows a PDF."""

    name: str
    command: tuple[str, ...]

    def run(self, on: Screen, path: Path, workspace: Path) -> subprocess.Popen[bytes]:
        """Start it on a file, in a process group of its own."""
        words = [w.replace("{file}", str(path)).replace("{workspace}", str(workspace)) for w in self.command]
        return subprocess.Popen(
            words,
            env=on.environment,
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )


OURS = Viewer(
    "review app", (sys.executable, "-m", "review_app", "open", "--workspace", "{workspace}", "{file}")
)
OKULAR = Viewer("okular", ("dbus-run-session", "okular", "{file}"))
QPDFVIEW = Viewer("qpdfview", ("dbus-run-session", "qpdfview", "{file}"))


def family(pid: int) -> list[int]:
    """A process and all that came from it."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents.setdefault(int(fields[1]), []).append(int(entry.name))
    found = [pid]
    for one in found:
        found += parents.get(one, [])
    return found


def cpu_s(pid: int) -> float:
    """CPU seconds of a process and all that came from it, waited-for ones too."""
    ticks = 0
    for one in family(pid):
        try:
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += sum(int(f) for f in fields[11:15])
    return ticks / os.sysconf("SC_CLK_TCK")


def memory_mb(pid: int) -> float:
    """Memory of one process in MB, what it shares with others counted in part (PSS)."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _end(process: subprocess.Popen[bytes]) -> None:
    """End what was started here, with its group."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, how)
        except ProcessLookupError:
            break
        try:
            process.wait(3)
        except subprocess.TimeoutExpired:
            continue
    process.wait()


@contextmanager
def shown(viewer: Viewer, on: Screen, path: Path, workspace: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A viewer for the time of the block; the screen is empty before and after."""
    process = viewer.run(on, path, workspace)
    try:
        yield process
    finally:
        left = family(process.pid)[1:]
        _end(process)
        for pid in left:  # children in groups of their own
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        limit = time.perf_counter() + 5
        while on.has_page() and time.perf_counter() < limit:
            time.sleep(0.01)
