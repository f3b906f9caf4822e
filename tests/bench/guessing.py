"""What the gaps of release copies give away: the attack of redaction reference 4, run on written files.

    python tests/bench/guessing.py [--names N]

A made document has a line for each of N names (300), once ragged and once justified; one name a line is
removed. An attacker has the copy: he reads every position of the line with PDFium and the box as it is drawn,
and keeps the names whose line looks the same to a hundredth of a point. What is left is printed as bits, as
share of the prior's bits, and as the share of names found among twenty people. Exits with 1 when an aim is
missed.
"""

from __future__ import annotations

import argparse
import ctypes
import io
import math
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pikepdf
import pymupdf
import pypdfium2
import pypdfium2.raw as raw_api
from pikepdf import Dictionary, Name

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [p for p in (str(ROOT),) if p not in sys.path]

from review_app.domain.geometry import Rect  # noqa: E402
from review_app.domain.guessing import Gap  # noqa: E402
from review_app.domain.marks import Mark  # noqa: E402
from review_app.domain.names import entries  # noqa: E402
from review_app.engine import redact, verify  # noqa: E402
from review_app.engine.documents import open_document  # noqa: E402

SIZE = 11.0
LEFT, TAIL = "We spoke to ", " about the matter, and nobody else was there."
WIDTH = {"Times": 400.0, "DejaVu Sans": 480.0}
LINES = 40
TOLERANCE = 0.02
PEOPLE = 20
PRIOR = 13.75
"""Bits of the reference's prior, 88,799 surnames by their frequency: what a measurement takes is set against
it, and against the bits of this bench's own shorter list."""

FONTS = {"Times": ("tiro", "Times-Roman"), "DejaVu Sans": ("dejavu", "")}
DEJAVU = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
missed: list[str] = []


def row(what: str, measured: float, aim: float | None, note: str = "") -> None:
    verdict = "" if aim is None else f"aim >= {aim:.0%}  " + ("ok" if measured >= aim else "MISSED")
    if aim is not None and measured < aim:
        missed.append(what)
    print(f"{what:58} {measured:7.1%}  {verdict:22} {note}", flush=True)


def people(count: int, rng: random.Random) -> list[str]:
    firsts = [n for n, _ in entries("first")]
    lasts = [n for n, _ in entries("last") if n[0].isupper()]
    chosen: set[str] = set()
    while len(chosen) < count:
        chosen.add(f"{rng.choice(firsts)} {rng.choice(lasts)}")
    return sorted(chosen)


def document(names: Sequence[str], font: str, *, justified: bool) -> tuple[bytes, list[Mark]]:
    """A line for each name, and a mark on it."""
    short, base = FONTS[font]
    metrics = pymupdf.Font(fontfile=str(DEJAVU)) if short == "dejavu" else pymupdf.Font(short)
    pdf = pikepdf.new()
    if base:
        face = pdf.make_indirect(Dictionary(
            Type=Name.Font, Subtype=Name.Type1, BaseFont=Name("/" + base), Encoding=Name.WinAnsiEncoding,
        ))
    else:
        face = embedded(pdf, metrics)
    marks = []
    for first in range(0, len(names), LINES):
        out = [f"BT /F1 {SIZE:g} Tf"]
        for i, name in enumerate(names[first : first + LINES]):
            text = LEFT + name + TAIL
            spare = WIDTH[font] - metrics.text_length(text, fontsize=SIZE)
            word = spare / text.count(" ") if justified else 0.0
            y = 740 - 17 * i
            out.append(f"{word:.6f} Tw 1 0 0 1 72 {y} Tm ({text}) Tj")
            x0 = 72 + metrics.text_length(LEFT, fontsize=SIZE) + word * LEFT.count(" ")
            x1 = x0 + metrics.text_length(name, fontsize=SIZE) + word * name.count(" ")
            place = Rect(x0, 792 - y - 9, x1, 792 - y + 3)
            marks.append(Mark(f"m{len(marks)}", first // LINES + 1, (place,), ("(b)(6)",)))
        out.append("ET")
        pdf.pages.append(pikepdf.Page(pdf.make_indirect(Dictionary(
            Type=Name.Page, MediaBox=[0, 0, 612, 792], Resources=Dictionary(Font=Dictionary(F1=face)),
            Contents=pdf.make_stream(" ".join(out).encode()),
        ))))
    data = io.BytesIO()
    pdf.save(data)
    return data.getvalue(), marks


def embedded(pdf: pikepdf.Pdf, metrics: pymupdf.Font) -> pikepdf.Object:
    """A TrueType font with widths to the thousandth of an em, as word processors embed it."""
    program = pdf.make_stream(DEJAVU.read_bytes())
    widths = [round(metrics.glyph_advance(c) * 1000, 3) for c in range(32, 127)]
    descriptor = pdf.make_indirect(Dictionary(
        Type=Name.FontDescriptor, FontName=Name.DejaVuSans, Flags=32, FontBBox=[-1021, -463, 1793, 1232],
        ItalicAngle=0, Ascent=928, Descent=-236, CapHeight=729, StemV=80, FontFile2=program,
    ))
    return pdf.make_indirect(Dictionary(
        Type=Name.Font, Subtype=Name.TrueType, BaseFont=Name.DejaVuSans, FirstChar=32, LastChar=126,
        Widths=widths, FontDescriptor=descriptor, Encoding=Name.WinAnsiEncoding,
    ))


def looks(data: bytes, marks: Sequence[Mark]) -> list[tuple[int, ...]]:
    """All that is to be seen of each line, in hundredths of a point: letters, spaces, shapes."""
    pdf = pypdfium2.PdfDocument(data)
    found = []
    pages: dict[int, dict[int, list[int]]] = {}
    for mark in marks:
        if mark.page not in pages:
            pages[mark.page] = rows(pdf[mark.page - 1])
        y = round((792 - mark.rects[0].y1 + 3) / 17 - (740 % 17) / 17)
        found.append(tuple(pages[mark.page].get(y, [])))
    pdf.close()
    return found


def rows(page: pypdfium2.PdfPage) -> dict[int, list[int]]:
    text = page.get_textpage()
    out: dict[int, list[int]] = {}
    x, y = ctypes.c_double(), ctypes.c_double()
    for i in range(raw_api.FPDFText_CountChars(text.raw)):
        if raw_api.FPDFText_IsGenerated(text.raw, i) == 1:
            continue
        raw_api.FPDFText_GetCharOrigin(text.raw, i, x, y)
        line = round(y.value / 17 - (740 % 17) / 17)
        out.setdefault(line, []).append(round(x.value / TOLERANCE))
    sides = [ctypes.c_float() for _ in range(4)]
    for i in range(raw_api.FPDFPage_CountObjects(page.raw)):
        thing = raw_api.FPDFPage_GetObject(page.raw, i)
        if raw_api.FPDFPageObj_GetType(thing) == raw_api.FPDF_PAGEOBJ_PATH:
            raw_api.FPDFPageObj_GetBounds(thing, *sides)
            left, bottom, right, top = (s.value for s in sides)
            line = round(((bottom + top) / 2 - 3) / 17 - (740 % 17) / 17)
            out.setdefault(line, []).extend([round(left / TOLERANCE), round(right / TOLERANCE)])
    return out


def left(lines: Sequence[tuple[int, ...]]) -> float:
    """Bits of doubt that are left of which name a line held, all names being equally likely before."""
    groups = Counter(lines)
    return sum(n / len(lines) * math.log2(n) for n in groups.values())


def found_among(lines: Sequence[tuple[int, ...]], rng: random.Random) -> float:
    """Share of names told from nineteen others by the look of their line."""
    hits = 0
    for i, own in enumerate(lines):
        others = rng.sample([j for j in range(len(lines)) if j != i], PEOPLE - 1)
        hits += all(lines[j] != own for j in others)
    return hits / len(lines)


def plain(data: bytes, marks: Sequence[Mark]) -> bytes:
    """The plain recipe: the text goes, the gap stays. Boxes are left out: they tell the width as well."""
    with pymupdf.open(stream=data) as doc:
        for mark in marks:
            doc[mark.page - 1].add_redact_annot(pymupdf.Rect(*mark.rects[0].as_list()), fill=False)
        for page in doc:
            page.apply_redactions()
        return bytes(doc.tobytes(garbage=4))


def made(path: Path, marks: Sequence[Mark], gap: Gap) -> redact.Release:
    with open_document(path) as document_:
        return redact.make(document_, marks, redact.Options(gap=gap))


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--names", type=int, default=300)
    count = parser.parse_args().names
    rng = random.Random(7)
    names = people(count, rng)
    prior = math.log2(count)
    print(f"{count} names, {prior:.2f} bits; what is taken is set against {PRIOR} bits of 88,799 surnames")
    aims = {Gap.KEEP: None, Gap.CONSTANT: 0.95, Gap.LINE: 0.95, Gap.ROUND: 0.85}
    for font in FONTS:
        if font != "Times" and not DEJAVU.exists():
            continue
        for justified in (False, True):
            kind = f"{font}, {'justified' if justified else 'ragged'}"
            data, marks = document(names, font, justified=justified)
            with tempfile.TemporaryDirectory() as folder:
                path, out = Path(folder) / "a.pdf", Path(folder) / "b.pdf"
                path.write_bytes(data)
                lines = looks(plain(data, marks), marks)
                share = found_among(lines, rng)
                print(f"{kind}: the plain recipe leaves {left(lines):.2f} bits; {share:.0%} of the names "
                      f"are told from {PEOPLE - 1} others")
                for gap, aim in aims.items():
                    begin = time.process_time()
                    release = made(path, marks, gap)
                    took = time.process_time() - begin
                    lines = looks(release.data, marks)
                    rest = left(lines)
                    out.write_bytes(release.data)
                    longer = release.extended
                    more = [Mark(m.id, m.page, (*m.rects, *longer.get(m.id, ())), m.codes) for m in marks]
                    result = verify.release(path, out, more, gaps=release.gaps)
                    kept = 1 - (prior - rest) / PRIOR
                    row(f"  {gap.value}: bits of the prior that are kept", kept, aim,
                        f"{rest:.2f} of {prior:.2f} bits; {found_among(lines, rng):.0%} found among "
                        f"{PEOPLE}; verified {'yes' if result.passed else 'NO'}; {took:.1f} s; "
                        f"{len(release.undefended)} undefended")
                    if not result.passed:
                        missed.append(f"{kind} {gap.value}: verification")
    print(f"{len(missed)} aims missed" if missed else "all aims met")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
