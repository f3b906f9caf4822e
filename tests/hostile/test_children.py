"""Real children on real documents: killed, cancelled, bombed, poisoned. The program goes on each time."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pymupdf
import pytest

from review_app.domain.errors import (
    Cancelled,
    ChildDied,
    ChildTimedOut,
    EnvironmentProblem,
    InputRefused,
    PasswordNeeded,
    ReviewError,
)
from review_app.domain.findings import ScanResult
from review_app.workers import environment
from review_app.workers.limits import MIB, Limits
from review_app.workers.pool import Pool

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc and kills by signal")

BIG = 150
EARLY = 10


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(2) as made:
        yield made


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("documents")


def write_pdf(path: Path, pages: int, *, lines: int = 5) -> Path:
    with pymupdf.open() as pdf:
        for number in range(1, pages + 1):
            page = pdf.new_page(width=612, height=792)
            text = [f"Page {number}, line {n}: the minister met the delegation" for n in range(lines)]
            page.insert_text((72, 90), text)
        pdf.save(path)
    return path


@pytest.fixture(scope="module")
def big(folder) -> Path:
    """Takes a child some time to read."""
    return write_pdf(folder / "big.pdf", BIG, lines=45)


@pytest.fixture(scope="module")
def small(folder) -> Path:
    return write_pdf(folder / "small.pdf", 2)


def scan(pool: Pool, path: Path, **how) -> tuple[ScanResult, list[dict]]:
    parts: list[dict] = []
    params = {"path": str(path), "name": path.name, "passwords": []}
    answer = pool.ask("scan", params, on_part=parts.append, **how)
    return ScanResult.of(answer.values), parts


def check_works(pool: Pool, small: Path) -> None:
    result, parts = scan(pool, small, timeout_s=60)
    assert [part["page"] for part in parts] == [1, 2]
    assert result.page_count == 2
    assert "Page 2, line 1" in parts[1]["text"]


def test_killed_in_the_middle_of_a_scan(big, small):
    """One clear error, and the next ask works."""
    with Pool(1) as pool:
        pool.ask("ping", {})
        [pid] = pool.pids
        steps = []

        def kill_early(done: int, total: int) -> None:
            steps.append(done)
            if done == EARLY:
                os.kill(pid, signal.SIGKILL)

        with pytest.raises(ChildDied) as error:
            scan(pool, big, on_progress=kill_early)
        assert EARLY <= steps[-1] < BIG, "it was in the middle"
        assert "SIGKILL" in error.value.what and "scanning" in error.value.what
        assert error.value.exit_code == 3 and error.value.todo
        check_works(pool, small)
        assert pid not in pool.pids and len(pool.pids) == 1


def test_killed_while_another_thread_scans(big, small):
    """One child's death is one document's error: the scan beside it is not touched."""
    with Pool(2) as pool, ThreadPoolExecutor(1) as threads:
        begun = threading.Event()
        other = threads.submit(scan, pool, big, on_progress=lambda *_: begun.set())
        assert begun.wait(60)
        mine: list[int] = []

        def kill_mine(part: dict) -> None:
            os.kill(mine[0], signal.SIGKILL)

        before = set(pool.pids)
        pool.warm()
        mine += list(set(pool.pids) - before)
        with pytest.raises(ChildDied):
            pool.ask("scan", {"path": str(big), "name": "big.pdf"}, on_progress=lambda *_: kill_mine({}))
        result, _ = other.result(60)
        assert result.page_count == BIG
        check_works(pool, small)


def test_cancelled_in_the_middle_of_a_scan(big, small):
    with Pool(1) as pool:
        cancel = threading.Event()
        set_at = []

        def cancel_early(done: int, total: int) -> None:
            if not set_at:
                set_at.append(time.monotonic())
                cancel.set()

        with pytest.raises(Cancelled):
            scan(pool, big, on_progress=cancel_early, cancel=cancel)
        assert time.monotonic() - set_at[0] < 0.3
        check_works(pool, small)


def raw_pdf(path: Path, *objects: bytes) -> Path:
    """A PDF of the objects as they are: 1 is the catalog, 2 the page tree, 3 the page, 4 its content."""
    head = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
        b"/Resources << /XObject << /F 5 0 R >> >> >>",
    )
    data, offsets = b"%PDF-1.7\n", []
    for number, body in enumerate((*head, *objects), 1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    size, start = len(offsets) + 1, len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % size
    data += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    data += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, start)
    path.write_bytes(data)
    return path


def stream(body: bytes, entries: bytes = b"") -> bytes:
    return b"<< %b /Length %d >>\nstream\n%b\nendstream" % (entries, len(body), body)


def bomb(path: Path, depth: int = 12) -> Path:
    """Forms that each draw the next one ten times: some kilobytes, 10 to the power of ``depth`` strokes."""
    form = b"/Type /XObject /Subtype /Form /BBox [0 0 612 792] "
    draw = b"/F Do " * 10
    inner = form + b"/Resources << /XObject << /F %d 0 R >> >>"
    forms = [stream(draw, inner % (6 + level)) for level in range(depth)]
    return raw_pdf(path, stream(draw), *forms, stream(b"0 0 m 500 500 l S", form))


def huge_picture(path: Path, side: int) -> Path:
    """A white fax of ``side`` times ``side`` pixels: one bit a row in the file."""
    fax = (
        b"/Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent 1 /ColorSpace /DeviceGray "
        b"/Filter /CCITTFaxDecode /DecodeParms << /K -1 /Columns %d /Rows %d >>" % ((side,) * 4)
    )
    return raw_pdf(path, stream(b"612 0 0 792 0 0 cm /F Do"), stream(b"\xff" * (side // 8 + 1), fax))


@pytest.fixture(scope="module")
def page_bomb(folder) -> Path:
    return bomb(folder / "bomb.pdf")


@pytest.mark.parametrize("task", ["render", "scan"])
def test_page_bomb(pool, page_bomb, small, task):
    params = {"path": str(page_bomb), "name": "bomb.pdf", "page": 1, "scale": 1.0}
    start = time.monotonic()
    with pytest.raises(ChildTimedOut, match="1 seconds"):
        pool.ask(task, params, timeout_s=1)
    assert time.monotonic() - start < 8  # the bomb itself takes minutes
    check_works(pool, small)


def test_picture_larger_than_the_memory_limit(folder, small):
    """8 kB in the file, 3.6 GB as drawn: refused, never beyond the limit."""
    path = huge_picture(folder / "picture.pdf", 60_000)
    assert path.stat().st_size < 10_000
    limit_mib = 1500
    with Pool(1, limits=Limits(memory_mib=limit_mib)) as pool:
        pid = pool.ask("ping", {}).values["pid"]
        params = {"path": str(path), "page": 1, "scale": 60.0, "clip": [0, 0, 100, 100]}
        with pytest.raises(InputRefused):
            pool.ask("render", params, timeout_s=60)
        if pid in pool.pids:
            status = Path(f"/proc/{pid}/status").read_text().splitlines()
            [peak] = [int(line.split()[1]) for line in status if line.startswith("VmPeak")]
            assert peak <= limit_mib * 1024
        check_works(pool, small)


@pytest.mark.parametrize(
    "data",
    [
        b"", b"%PDF-1.7\n", b"\x00\x01\x02\xff" * 5000, b"%PDF-1.7\ntrailer << /Root 1 0 R >>",
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[2 0 R 2 0 R]/Count 9>>endobj\ntrailer<</Root 1 0 R>>",
    ],
    ids=["empty", "head only", "binary", "no objects", "page tree that eats its tail"],
)
def test_poisoned_document_does_not_touch_the_next(pool, folder, small, data):
    path = folder / "poison.pdf"
    path.write_bytes(data)
    with pytest.raises(InputRefused):
        scan(pool, path, timeout_s=30)
    check_works(pool, small)


def test_mutants(small, shared):
    """A document with damaged bytes is read, refused, or costs a child: never more."""
    source = min((shared / "corpus" / "nara_aad").glob("*.pdf"), key=lambda p: p.stat().st_size)
    good = bytearray(source.read_bytes())
    with Pool(1) as pool:
        mutant = small.with_name("mutant.pdf")
        for seed in range(40):
            data = bytearray(good)
            for step in range(30):
                data[(seed * 7919 + step * 104_729) % len(data)] = (seed * 31 + step * 17) % 256
            mutant.write_bytes(data)
            try:
                scan(pool, mutant, timeout_s=30)
            except ReviewError as error:
                assert isinstance(error, InputRefused), error
        check_works(pool, small)


def test_four_threads_on_two_children(pool, small, folder):
    """Each thread gets its own document's answer."""
    files = [write_pdf(folder / f"of-{n}.pdf", n) for n in range(1, 9)]

    def one(number: int) -> tuple[int, int, int]:
        path = files[number % 8]
        result, parts = scan(pool, path, timeout_s=60)
        words = pool.ask("words", {"path": str(path), "page": result.page_count}).values["words"]
        return result.page_count, len(parts), int(words[1][4].rstrip(","))

    with ThreadPoolExecutor(4) as threads:
        got = list(threads.map(one, range(32)))
    assert got == [((n % 8) + 1,) * 3 for n in range(32)]
    assert len(pool.pids) <= 2


def test_nothing_is_left_after_close(small, page_bomb):
    def use() -> set[int]:
        with Pool(2) as pool:
            pool.warm()
            check_works(pool, small)
            with pytest.raises(ChildTimedOut):
                pool.ask("render", {"path": str(page_bomb), "page": 1, "scale": 1.0}, timeout_s=0.2)
            check_works(pool, small)
            return set(pool.pids)

    def open_files() -> list[str]:
        return sorted(fd.name for fd in Path("/proc/self/fd").iterdir())

    use()
    before = open_files()
    pids = use()
    assert open_files() == before
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


# --- the user's surroundings -------------------------------------------------------------------------

POISONED = ("random", "json", "pymupdf", "numpy", "rapidfuzz", "sitecustomize", "usercustomize", "review_app")


@pytest.fixture
def poisoned_folder(tmp_path, monkeypatch) -> tuple[Path, Path]:
    """A folder of modules that leave a trace when imported: current, on PYTHONPATH, and on our own path."""
    trace = tmp_path / "trace"
    poison = tmp_path / "poison"
    poison.mkdir()
    for name in POISONED:
        (poison / f"{name}.py").write_text(f"open({str(trace)!r}, 'a').write('{name} ')\n")
    startup = poison / "startup.py"
    startup.write_text(f"open({str(trace)!r}, 'a').write('startup ')\n")
    monkeypatch.chdir(poison)
    monkeypatch.setenv("PYTHONPATH", str(poison))
    monkeypatch.setenv("PYTHONSTARTUP", str(startup))
    monkeypatch.setenv("PYTHONINSPECT", "1")
    monkeypatch.setattr(sys, "path", ["", str(poison), *sys.path])
    return poison, trace


def test_children_are_shut_off_from_the_surroundings(poisoned_folder, small):
    _, trace = poisoned_folder
    with Pool(1) as pool:
        check_works(pool, small)
    assert not trace.exists(), trace.read_text()


@pytest.mark.parametrize("fault", ["variables", "path"])
def test_the_test_above_notices_an_open_door(poisoned_folder, small, monkeypatch, fault):
    _, trace = poisoned_folder
    if fault == "variables":
        words = [word for word in environment.command() if word != "-I"]
        monkeypatch.setattr(environment, "command", lambda: words)
        monkeypatch.setattr(environment, "variables", lambda: dict(os.environ))
    else:
        monkeypatch.setattr(environment, "module_path", lambda: list(sys.path))
    with Pool(1) as pool, pytest.raises((EnvironmentProblem, ReviewError)):
        check_works(pool, small)
    assert trace.exists()


# --- what a child keeps ------------------------------------------------------------------------------


def test_a_changed_file_is_read_anew(pool, folder):
    path = write_pdf(folder / "changing.pdf", 1)
    assert len(pool.ask("pages", {"path": str(path)}).values["sizes"]) == 1
    write_pdf(path, 3)
    assert len(pool.ask("pages", {"path": str(path)}).values["sizes"]) == 3


def test_a_password_is_not_remembered(folder, small):
    path = folder / "locked.pdf"
    with pymupdf.open(small) as pdf:
        pdf.save(path, encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="open", owner_pw="own")
    with Pool(1) as pool:
        assert len(pool.ask("pages", {"path": str(path), "passwords": ["no", "open"]}).values["sizes"]) == 2
        with pytest.raises(PasswordNeeded):
            pool.ask("pages", {"path": str(path), "passwords": []})
        assert len(pool.ask("pages", {"path": str(path), "passwords": ["open"]}).values["sizes"]) == 2


def test_many_documents_do_not_fill_a_child(small, folder):
    with Pool(1, limits=Limits(open_documents=3)) as pool:
        pid = pool.ask("ping", {}).values["pid"]
        counts = []
        for number in range(12):
            path = folder / f"many-{number}.pdf"
            path.write_bytes(small.read_bytes())
            pool.ask("pages", {"path": str(path)})
            counts.append(len(list(Path(f"/proc/{pid}/fd").iterdir())))
        assert pool.pids == [pid]
        assert max(counts) <= min(counts) + 3
        assert counts[-1] == counts[3]


def test_address_space_of_a_real_child(pool):
    pid = pool.ask("ping", {}).values["pid"]
    limits = Path(f"/proc/{pid}/limits").read_text().splitlines()
    [space] = [line for line in limits if line.startswith("Max address space")]
    assert space.split()[3] == str(Limits().memory_mib * MIB)
