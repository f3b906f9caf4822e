"""A child that misbehaves on demand. A program of its own: the real child has no such switches."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT))

from review_app.domain.errors import InputRefused  # noqa: E402
from review_app.workers.child import take_channel  # noqa: E402
from review_app.workers.protocol import MAGIC, PREFIX, Frame, FrameKind  # noqa: E402

config = json.loads(sys.argv[1])
if os.environ.get("PATH", "").endswith("/die-at-start"):
    sys.exit(9)
fd = config.get("fd", -1)
channel = take_channel(config)
raw = fd if fd >= 0 else channel._writer.fileno()
if os.environ.get("PATH", "").endswith("/refuse-at-start"):
    channel.send(Frame(FrameKind.FAILED, last=True, body={"why": "ModuleNotFoundError: no engine here"}))
    sys.exit(3)
channel.send(Frame(FrameKind.READY, body={"pid": os.getpid()}))


def answer(request, body=None, payload=b"", kind=FrameKind.DONE, number=None, last=False):
    number = request.number if number is None else number
    channel.send(Frame(kind, number, last=last, body=body or {}, payload=payload))


def prefix(header=2, body=2, payload=0, magic=MAGIC):
    os.write(raw, PREFIX.pack(magic, header, body, payload))


def hang():
    threading.Event().wait()


while True:
    request = channel.receive()
    if request is None:
        sys.exit(0)
    params = request.body
    if request.task != "die before it begins":
        answer(request, kind=FrameKind.BEGUN)
    match request.task:
        case "echo":
            answer(request, {"pid": os.getpid(), **params}, b"\x00\xff" * 5)
        case "parts":
            for number in range(params["count"]):
                answer(request, {"number": number}, kind=FrameKind.PART)
                answer(request, {"done": number + 1, "total": params["count"]}, kind=FrameKind.PROGRESS)
            answer(request)
        case "typed error":
            answer(request, InputRefused("Cannot", why="Because", todo="Do").to_wire(), kind=FrameKind.ERROR)
        case "last error":
            answer(request, InputRefused("Cannot").to_wire(), kind=FrameKind.ERROR, last=True)
        case "die by signal":
            os.kill(os.getpid(), signal.Signals[params["signal"]])
            hang()
        case "exit" | "die before it begins":
            os._exit(params["code"])
        case "half a frame, then die":
            prefix(header=500)
            os._exit(7)
        case "hang" | "render":
            if request.task == "render" and "values" in params:
                answer(request, params["values"], bytes(params["bytes"]))
                continue
            answer(request, {"pid": os.getpid()}, kind=FrameKind.PART)
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            hang()
        case "hang with a child":
            grandchild = os.fork()
            if grandchild == 0:
                hang()
            answer(request, {"pid": grandchild}, kind=FrameKind.PART)
            hang()
        case "stop reading":
            hang()
        case "leave unwilling":
            answer(request, {"pid": os.getpid()})
            hang()
        case "garbage":
            os.write(raw, b"%PDF-1.4 \xff\xfe not a frame at all, but long enough to be read as one\n" * 20)
            hang()
        case "not json":
            prefix(header=4, body=2)
            os.write(raw, b"\xff{}]{}")
            hang()
        case "a list":
            prefix(header=2, body=2)
            os.write(raw, b"[]{}")
            hang()
        case "nan":
            head = json.dumps({"kind": "done", "ask": request.number}).encode()
            prefix(header=len(head), body=9)
            os.write(raw, head + b'{"x":NaN}')
            hang()
        case "deep":
            body = b'{"x":' + b"[" * 200_000 + b"]" * 200_000 + b"}"
            head = json.dumps({"kind": "done", "ask": request.number}).encode()
            prefix(header=len(head), body=len(body))
            view = head + body
            while view:
                view = view[os.write(raw, view):]
            hang()
        case "many values":
            body = b'{"x":[' + b"0," * 5_000_000 + b"0]}"
            head = json.dumps({"kind": "done", "ask": request.number}).encode()
            prefix(header=len(head), body=len(body))
            view = head + body
            while view:
                view = view[os.write(raw, view):]
            hang()
        case "unknown kind":
            head = json.dumps({"kind": "party", "ask": request.number}).encode()
            prefix(header=len(head), body=2)
            os.write(raw, head + b"{}")
            hang()
        case "huge header":
            prefix(header=0xFFFFFFFF)
            hang()
        case "huge body":
            prefix(body=0xFFFFFFFF)
            hang()
        case "huge payload":
            prefix(payload=0xFFFFFFFF)
            hang()
        case "picture":
            answer(request, {}, bytes([params["byte"]]) * params["size"])
        case "lies about shared memory":
            head = json.dumps({"kind": "done", "ask": request.number, "shared": params["shared"]}).encode()
            prefix(header=len(head), body=2)
            os.write(raw, head + b"{}")
            hang()
        case "cuts the shared memory":
            refused = 0
            for place in Path("/proc/self/fd").iterdir():
                if not place.is_symlink() or "memfd" not in str(place.readlink()):
                    continue
                try:
                    os.ftruncate(int(place.name), 0)
                except OSError:
                    refused += 1
            answer(request, {"refused": refused}, b"x" * 100_000)
        case "promised more than sent":
            prefix(header=20, body=60_000_000, payload=200_000_000)
            os.write(raw, b"x" * 20)
            os._exit(0)
        case "wrong number":
            answer(request, number=request.number + 1)
            hang()
        case "scan" | "pages" | "words" | "annotate" | "anchor":
            for part in params.get("parts", ()):
                answer(request, part, kind=FrameKind.PART)
            answer(request, params["values"])
        case "environment":
            answer(request, {
                "variables": dict(os.environ), "folder": str(Path.cwd()), "session": os.getsid(0),
                "pid": os.getpid(), "isolated": sys.flags.isolated,
                "fds": sorted(int(fd.name) for fd in Path("/proc/self/fd").iterdir()),
                "streams": [str(Path(f"/proc/self/fd/{n}").readlink()) for n in (0, 1, 2)],
            })
        case other:
            answer(request, {"code": "usage", "what": f"no {other}"}, kind=FrameKind.ERROR)
