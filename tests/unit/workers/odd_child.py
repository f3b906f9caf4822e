"""The real main loop of a child with other tasks: each goes wrong as a document could make it go wrong."""

from __future__ import annotations

import ctypes
import importlib.util
import json
import os
import re
import signal
import sys
import types
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
config = json.loads(sys.argv[1])
if os.environ.get("PATH", "").endswith("/no-lifeline"):
    config["lifeline"] = None  # the planted fault
sys.path.insert(0, str(ROOT))

from review_app.domain.errors import RuleBroken  # noqa: E402
from review_app.workers.child import main  # noqa: E402

SECRET = "the withheld sentence"


def hog(params, part):
    blocks = []
    while True:
        blocks.append(bytearray(16 * 1024 * 1024))


LEFT = []


def leave(params, part):
    """What a library keeps after a document: address space, not touched."""
    LEFT.append(bytearray(params["mib"] * 1024 * 1024))
    return {"pid": os.getpid()}


def leave_and_refuse(params, part):
    leave(params, part)
    raise RuleBroken("No")


def defect(params, part):
    try:
        raise KeyError(SECRET)
    except KeyError as error:
        raise ValueError(SECRET) from error


def noise(params, part):
    print(SECRET)
    print(SECRET, file=sys.stderr)
    for fd in (1, 2):
        os.write(fd, SECRET.encode() * 10_000)
    return {"stdin": os.read(0, 10).decode()}


def busy(params, part):
    part({"pid": os.getpid()})
    # One call into C that takes for ever and holds the interpreter, as a page bomb does.
    re.match(r"(a+)+$", "a" * 60 + "b")
    return {}


def large(params, part):
    return {"text": "x" * 70_000_000}


def not_json(params, part):
    return {"x": {1, 2}}


def crash(params, part):
    ctypes.string_at(0)
    return {}


def deep(params, part):
    return deep(params, part)


def rule(params, part):
    raise RuleBroken("No", why="why", todo="todo")


def scan(params, part, *, begin, progress):
    """A document whose pages go wrong in the ways that ``faults`` names by their numbers."""
    count, without = params["pages"], params.get("without", {})
    for number in range(1, count + 1):
        if str(number) not in without:
            begin(number)
            fault = params.get("faults", {}).get(str(number))
            if fault is not None:
                globals()[fault](params, lambda body: None)
        progress(number, count)
    begin(0)
    if params.get("at the end"):
        globals()[params["at the end"]](params, lambda body: None)
    return {
        "file": "a.pdf", "sha256": "0" * 64, "media_type": "application/pdf", "page_count": count,
        "pages": [{"number": n + 1, "width": 1, "height": 1, "disposition": "unknown"} for n in range(count)],
        "spans": [], "record": [], "recoverable": [], "warnings": [f"{k}: {v}" for k, v in without.items()],
    }


def killed(params, part):
    os.kill(os.getpid(), signal.SIGKILL)


class Desk:
    def __init__(self, capacity):
        self.capacity = capacity

    def do(self, task, params, *, part, progress, prefer, begin, room):
        if task == "ping":
            return {"pid": os.getpid(), "capacity": self.capacity}, b""
        if task == "scan":
            return scan(params, part, begin=begin, progress=progress), b""
        return globals()[task](params, part), b""

    def close(self):
        """Gives nothing back: what is left is not the desk's."""


substitute = types.ModuleType("review_app.workers.tasks")
substitute.__spec__ = importlib.util.spec_from_loader("review_app.workers.tasks", None)
substitute.Desk = Desk
sys.modules["review_app.workers.tasks"] = substitute
sys.modules["review_app.workers"].tasks = substitute
sys.exit(main(config))
