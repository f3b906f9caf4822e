"""Damaged and hostile files give pages, or a refusal in words; never another error, a hang or noise.

All of it runs in one process of its own: MuPDF may end a process, and then this test must say so.
"""

from __future__ import annotations

import contextlib
import io
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pikepdf
import pytest

from review_app.domain.errors import InputRefused, ReviewError
from review_app.domain.findings import SpanFinding
from review_app.domain.geometry import Rect
from review_app.domain.vocabulary import Band, Kind
from review_app.engine import annotate, render
from review_app.engine.documents import open_document

ROOT = Path(__file__).resolve().parents[2]


def _pieces(source: bytes) -> Iterator[tuple[str, bytes]]:
    step = max(1, len(source) // 60)
    for cut in range(0, len(source), step):
        yield f"cut at {cut}", source[:cut]
        yield f"hole at {cut}", source[:cut] + source[cut + 40 :]
    for seed in range(120):
        rng = random.Random(seed)
        data = bytearray(source)
        for _ in range(rng.choice((1, 3, 20))):
            data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        yield f"flips of seed {seed}", bytes(data)


def _rewrite(source: bytes, change: Callable[[pikepdf.Pdf], object]) -> bytes:
    with pikepdf.open(io.BytesIO(source)) as pdf:
        change(pdf)
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()


def _structures(source: bytes) -> Iterator[tuple[str, bytes]]:
    array, name, dictionary = pikepdf.Array, pikepdf.Name, pikepdf.Dictionary
    first: Callable[[pikepdf.Pdf], pikepdf.Object] = lambda pdf: pdf.pages[0].obj  # noqa: E731
    changes: dict[str, Callable[[pikepdf.Pdf], object]] = {
        "huge box": lambda p: first(p).__setattr__("MediaBox", array([0, 0, 1e30, 1e30])),
        "no box": lambda p: first(p).__delattr__("MediaBox"),
        "text as box": lambda p: first(p).__setattr__("MediaBox", array([name.A, name.B, name.C, name.D])),
        "turned by 45": lambda p: first(p).__setattr__("Rotate", 45),
        "turned by a name": lambda p: first(p).__setattr__("Rotate", name.Ninety),
        "no unit": lambda p: first(p).__setattr__("UserUnit", 0),
        "minus unit": lambda p: first(p).__setattr__("UserUnit", -3),
        "huge unit": lambda p: first(p).__setattr__("UserUnit", 1e20),
        "contents are a name": lambda p: first(p).__setattr__("Contents", name.Nothing),
        "annots are a number": lambda p: first(p).__setattr__("Annots", 7),
        "annots of nothing": lambda p: first(p).__setattr__("Annots", array([7, None, name.A, array([])])),
        "annot without a place": lambda p: first(p).__setattr__(
            "Annots",
            array(
                [
                    dictionary(
                        Type=name.Annot,
                        Subtype=name.Highlight,
                        QuadPoints=array([1, 2, name.X]),
                    )
                ]
            ),
        ),
        "page tree in a ring": lambda p: p.Root.Pages.Kids.append(p.Root.Pages),
        "count lies": lambda p: p.Root.Pages.__setattr__("Count", 2_000_000_000),
        "count below zero": lambda p: p.Root.Pages.__setattr__("Count", -4),
        "no kids": lambda p: p.Root.Pages.__delattr__("Kids"),
        "catalog keys of wrong kinds": lambda p: (
            p.Root.update(
                {"/PieceInfo": array([1]), "/PageLabels": name.A, "/Outlines": 5, "/AcroForm": name.B},
            )
            if hasattr(p.Root, "update")
            else None
        ),
        "labels in a ring": lambda p: p.Root.__setattr__("PageLabels", _ring(p)),
        "form draws itself": _form_in_itself,
    }
    for label, change in changes.items():
        yield label, _rewrite(source, change)
    deep = b"[" * 60_000 + b"]" * 60_000
    yield "deep arrays", source.replace(b"/Rotate 0", b"/Rotate 0 /Deep " + deep)
    yield (
        "operators without end",
        _rewrite(
            source,
            lambda p: first(p).__setattr__(
                "Contents",
                p.make_stream(b"q " * 200_000 + b"0 0 m " * 10_000 + b"S"),
            ),
        ),
    )


def _ring(pdf: pikepdf.Pdf) -> pikepdf.Object:
    node = pdf.make_indirect(pikepdf.Dictionary())
    node.Kids = pikepdf.Array([node])
    return node


def _form_in_itself(pdf: pikepdf.Pdf) -> None:
    form = pdf.make_stream(b"/X Do")
    form.Type, form.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
    form.BBox = pikepdf.Array([0, 0, 100, 100])
    form.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=form))
    pdf.pages[0].obj.Resources = form.Resources
    pdf.pages[0].obj.Contents = pdf.make_stream(b"/X Do")


def _try(path: Path, out: Path) -> str:
    """What became of one file. Anything but a ReviewError flies."""
    try:
        with open_document(path) as document:
            spans = []
            for number in range(1, min(document.page_count, 3) + 1):
                content = document.content(number)
                if content.is_review_sheet:
                    continue
                assert content.width > 0 and content.height > 0
                place = Rect(
                    content.width * 0.2, content.height * 0.2, content.width * 0.6, content.height * 0.4
                )
                spans.append(
                    SpanFinding(
                        page=number,
                        kind=Kind.BLANK,
                        rects=(place,),
                        confidence=0.5,
                        band=Band.POSSIBLE,
                        detector="t",
                        reasons=(),
                        id=f"s{number}",
                    )
                )
                with contextlib.suppress(ReviewError):
                    render.render(document, number, 0.2)
            annotate.read_own(document)
            try:
                annotate.write(document, spans, None, out)
            except InputRefused:
                return "read"
        with open_document(out) as copy:
            found = annotate.read_own(copy)
            assert found is not None and [s.id for s in found.spans] == [s.id for s in spans]
        return "copied"
    except InputRefused as error:
        assert error.what
        return "refused"


def main(source: Path, work: Path) -> None:
    """Tries every damage; prints one line of counts."""
    data = source.read_bytes()
    counts: Counter[str] = Counter()
    for label, damaged in [*_pieces(data), *_structures(data)]:
        (work / "damaged.pdf").write_bytes(damaged)
        try:
            counts[_try(work / "damaged.pdf", work / "copy.pdf")] += 1
        except Exception as error:
            raise AssertionError(label) from error
    print("done", sum(counts.values()), *(f"{k}={v}" for k, v in sorted(counts.items())))


@pytest.mark.parametrize("kind", ["plain", "annotated"])
def test_damage_of_every_sort(
    kind: str,
    pdf_file: Path,
    tmp_path: Path,
    many_spans: tuple[SpanFinding, ...],
    make_sheet: Callable[..., object],
) -> None:
    source = pdf_file
    if kind == "annotated":
        source = tmp_path / "annotated.pdf"
        with open_document(pdf_file) as document:
            annotate.write(document, many_spans, make_sheet(), source)  # type: ignore[arg-type]
    work = tmp_path / "work"
    work.mkdir()
    code = (
        "import importlib.util,sys;from pathlib import Path;"
        f"spec=importlib.util.spec_from_file_location('hostile',{str(Path(__file__))!r});"
        "module=importlib.util.module_from_spec(spec);spec.loader.exec_module(module);"
        "module.main(Path(sys.argv[1]),Path(sys.argv[2]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(source), str(work)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stderr == ""
    words = done.stdout.split()
    assert words[0] == "done" and len(done.stdout.splitlines()) == 1  # nothing of MuPDF's on either stream
    counts = dict(word.split("=") for word in words[2:])
    # Most flips leave a file that can still be read and copied; most cuts do not.
    assert int(counts["copied"]) > 60 and int(counts["refused"]) > 10, counts
