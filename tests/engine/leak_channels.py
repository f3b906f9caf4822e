"""PDFs that hide one planted word, each in another channel (families of redaction reference 2).

``cases()`` makes them. Every page looks alike: a few lines of text, the planted word in one of them, and a mark
on it; the word also lies in the case's own channel, or is drawn there. Nothing is taken from a real document.

    python tests/engine/leak_channels.py FOLDER    writes all of them
"""

# ruff: noqa: E501 -- operators of a PDF are easier to read in one line

from __future__ import annotations

import importlib
import io
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pikepdf
import pymupdf
from pikepdf import Array, Dictionary, Name, Stream

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [p for p in (str(ROOT), str(Path(__file__).parent)) if p not in sys.path]

from review_app.domain.geometry import Rect  # noqa: E402
from review_app.domain.marks import Mark  # noqa: E402

SECRET = "Quixwarden"
"""The planted word: no other text of the pages has its Q, x or w."""

WIDTH, HEIGHT = 612.0, 792.0
BASE = 680.0
SIZE = 12.0
BEFORE, AFTER = "The officer named ", " during the talks"
NEIGHBOURS = ("opening", "officer", "named", "during", "talks", "closing")


@dataclass(frozen=True)
class Case:
    """A file and what is expected of its release copy.

    ``marks`` are in page space. ``neighbours`` are words that must stay readable. ``is_listed``: the word also
    stands where nobody marked it and people see it: no leak, but to be told. ``is_ink``: the word is there as
    pixels or paths alone, so that no text search can know it.
    """

    name: str
    channel: str
    data: bytes
    marks: tuple[Mark, ...]
    neighbours: tuple[str, ...] = NEIGHBOURS
    password: str = ""
    is_listed: bool = False
    is_ink: bool = False

    @property
    def family(self) -> str:
        """``text``, ``image``, ``annotation`` or ``document``."""
        return {"t": "text", "i": "image", "a": "annotation", "d": "document"}[self.name[0]]


@dataclass
class Book:
    """A file being made: ``marks`` collect, ``save`` may be replaced."""

    pdf: Any = field(default_factory=pikepdf.new)
    marks: list[Mark] = field(default_factory=list)
    neighbours: tuple[str, ...] = NEIGHBOURS
    password: str = ""
    is_listed: bool = False
    is_ink: bool = False
    raw: bytes | None = None

    def helvetica(self) -> Any:
        return self.pdf.make_indirect(Dictionary(
            Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding,
        ))

    def page(self, ops: str | bytes, **resources: Any) -> Any:
        """A page with these operators; F1 is Helvetica."""
        fonts = resources.pop("Font", {})
        content = ops if isinstance(ops, bytes) else ops.encode("latin-1")
        obj = Dictionary(
            Type=Name.Page, MediaBox=[0, 0, WIDTH, HEIGHT],
            Resources=Dictionary(Font=Dictionary({"/F1": self.helvetica(), **fonts}), **resources),
            Contents=self.pdf.make_stream(content),
        )
        self.pdf.pages.append(pikepdf.Page(self.pdf.make_indirect(obj)))
        return self.pdf.pages[-1].obj

    def mark(self, x0: float, y0: float, x1: float, y1: float, page: int = 1) -> None:
        """A mark, in user space of an upright page."""
        rect = Rect(x0, HEIGHT - y1, x1, HEIGHT - y0)
        self.marks.append(Mark(f"m{len(self.marks) + 1}", page, (rect,), ("(b)(6)",)))

    def standard(self, extra: str = "", *, word: str = SECRET, page: int = 1, **resources: Any) -> Any:
        """The usual page with the word as plain text, marked."""
        made = self.page(frame() + line(72, BASE, BEFORE + word + AFTER) + extra, **resources)
        self.mark_word(page=page)
        return made

    def special(self, ops: str | bytes, *, page: int = 1, width: float | None = None, **resources: Any) -> Any:
        """The usual page with the word drawn in a way of its own, at ``X`` on the line, marked."""
        start = frame() + line(72, BASE, BEFORE.rstrip()) + line(X + (width or wide(SECRET)) + 4, BASE, AFTER.strip())
        data = start.encode("latin-1") + (ops if isinstance(ops, bytes) else ops.encode("latin-1"))
        made = self.page(data, **resources)
        self.mark_word(page=page, width=width)
        return made

    def mark_word(self, *, page: int = 1, width: float | None = None) -> None:
        self.mark(X - 0.5, BASE - 3.2, X + (width or wide(SECRET)) + 0.5, BASE + 10, page)

    def bytes(self) -> bytes:
        if self.raw is not None:
            return self.raw
        return saved(self.pdf)


def saved(pdf: Any, **options: Any) -> bytes:
    out = io.BytesIO()
    pdf.save(out, deterministic_id=not options.get("encryption"), **options)
    return out.getvalue()


def wide(text: str, size: float = SIZE) -> float:
    return float(pymupdf.get_text_length(text, fontname="helv", fontsize=size))


X = 72 + wide(BEFORE)


def escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def line(x: float, y: float, text: str, size: float = SIZE, font: str = "F1") -> str:
    return f"BT 0 g /{font} {size:g} Tf {x:.3f} {y:.3f} Td ({escaped(text)}) Tj ET\n"


def frame() -> str:
    """The lines around."""
    return line(72, 720, "This is the opening of a short report") + line(72, 640, "This is the closing of the report")


Maker = Callable[[Book], None]
MAKERS: dict[str, tuple[str, Maker]] = {}


def case(name: str, channel: str) -> Callable[[Maker], Maker]:
    def keep(maker: Maker) -> Maker:
        assert name not in MAKERS, name
        MAKERS[name] = (channel, maker)
        return maker

    return keep


def make(name: str) -> Case:
    """One case."""
    _load()
    channel, maker = MAKERS[name]
    book = Book()
    maker(book)
    return Case(
        name, channel, book.bytes(), tuple(book.marks), book.neighbours, book.password, book.is_listed, book.is_ink
    )


def cases(prefix: str = "") -> list[Case]:
    """All cases whose name starts so."""
    return [make(name) for name in names() if name.startswith(prefix)]


def names() -> list[str]:
    """The names of all cases."""
    _load()
    return sorted(MAKERS)


def _load() -> None:
    for module in ("leak_channels_text", "leak_channels_pictures", "leak_channels_document", "leak_channels_more"):
        importlib.import_module(module)  # each registers its cases

    # Where this file is run or imported under another name, the others filled the table of their own import.
    twin = sys.modules.get("leak_channels")
    if twin is not None and twin.MAKERS is not MAKERS:
        MAKERS.update(twin.MAKERS)


__all__ = [
    "Array", "Book", "Case", "Dictionary", "Name", "Stream", "case", "cases", "frame", "line", "make", "names",
]


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for found in cases():
        (folder / f"{found.name}.pdf").write_bytes(found.data)
    print(f"{len(names())} cases in {folder}")
