"""Typeset pages out of which words, lines and paragraphs were blanked, and pages with blanks that mean nothing.

Everything is set here from a list of words: letters, memos, reports, two columns, lists, drafts, e-mails,
transcripts, with tables, forms, figures, signatures between them. The truth is known because the words were
left out here. Real releases differ; these pages say whether the rules understand a page, not how often
each case occurs.
"""

# ruff: noqa: E501 -- operators of a PDF are easier to read in one line

from __future__ import annotations

import random
from dataclasses import dataclass, field

import pymupdf

WIDTH, HEIGHT = 612.0, 792.0
WORDS = (  # noqa: SIM905 -- a list of words is read more easily as prose
    "the review of cable traffic between offices shows that no record was kept under this title after spring when staff "
    "moved files to new rooms and asked for guidance on copies held by other agencies a report memorandum paragraph "
    "assistant secretary minister delegation agreement negotiation schedule because it would not have been possible "
    "without their consent although several members had already signed in two or three cases which were then closed "
    "before any reply could be sent from here about prices of grain harbour works and rail lines along our border"
).split()
NAMES = ("Mr. Alder", "Miss Birch", "Ambassador Cole", "Mrs. Dunn", "Dr. Elm", "Major Frost")
CODES = ("(b)(1)", "(b)(6)", "(b)(5)", "(b)(7)(C)", "B6", "B1", "(b)(3)", "B5")
FONTS = ("helv", "tiro", "cour")
LAYOUTS = ("letter", "memo", "report", "columns", "list", "draft", "email", "transcript", "mixed")
HOLES = ("word", "half", "lines", "rows", "para")
Rect4 = tuple[float, float, float, float]


@dataclass
class Set:
    """A word as set: its text, its left and right edge. ``gone`` when it was blanked."""

    text: str
    x0: float
    x1: float
    gone: bool = False


@dataclass
class Row:
    """A line of body text; ``paragraph`` counts the paragraphs of the page."""

    words: list[Set]
    base: float
    paragraph: int
    column: tuple[float, float]
    label: str = ""


@dataclass
class Hole:
    """What was blanked: its rectangles, line by line, the code printed for it and where.

    ``has_support``: a code, a stamp, or a sentence that is torn speaks for it.
    """

    kind: str
    rects: list[Rect4]
    code: str
    code_place: str
    has_support: bool


@dataclass
class Sheet:
    """A page being set, origin upper left."""

    rng: random.Random
    font: str
    size: float
    pitch: float
    is_justified: bool
    gap: float
    indent: float
    rows: list[Row] = field(default_factory=list)
    ops: list[str] = field(default_factory=list)
    holes: list[Hole] = field(default_factory=list)
    paragraphs: int = 0
    y: float = 90.0
    left: float = 72.0
    right: float = 540.0
    foot: float = 715.0

    def width(self, text: str, size: float = 0.0) -> float:
        return float(pymupdf.get_text_length(text, fontname=self.font, fontsize=size or self.size))

    def text(self, x: float, base: float, text: str, size: float = 0.0) -> None:
        safe = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        self.ops.append(f"BT /F1 {size or self.size:.2f} Tf {x:.2f} {HEIGHT - base:.2f} Td ({safe}) Tj ET")

    def rule(self, x0: float, y: float, x1: float, y1: float | None = None) -> None:
        self.ops.append(f"q 0 G .6 w {x0:.1f} {HEIGHT - y:.1f} m {x1:.1f} {HEIGHT - (y if y1 is None else y1):.1f} l S Q")

    def is_full(self, lines: float = 3.0) -> bool:
        return self.y + lines * self.pitch > self.foot

    def skip(self, lines: float) -> None:
        self.y += lines * self.pitch


def sentence(rng: random.Random) -> list[str]:
    words = [rng.choice(WORDS) for _ in range(rng.randint(7, 24))]
    words[0] = words[0].capitalize()
    for i in range(2, len(words) - 1):
        if rng.random() < 0.05:
            words[i] += ","
        elif rng.random() < 0.02:
            words[i] = rng.choice(NAMES).split()[1]
        elif rng.random() < 0.01:
            words[i] = str(rng.randint(3, 980))
    words[-1] += rng.choice(".......?")
    return words


def prose(rng: random.Random, sentences: int) -> list[str]:
    return [word for _ in range(sentences) for word in sentence(rng)]


def paragraph(
    sheet: Sheet,
    words: list[str],
    *,
    indent: float | None = None,
    hang: float = 0.0,
    label: str = "",
    column: tuple[float, float] | None = None,
    body: bool = True,
) -> None:
    """Sets a paragraph at the cursor, as far as the page goes."""
    left, right = column or (sheet.left, sheet.right)
    left += hang
    space = sheet.width(" ")
    at = left + (sheet.indent if indent is None else indent)
    line: list[Set] = []
    lines: list[list[Set]] = []
    for word in words:
        wide = sheet.width(word)
        if line and at + wide > right:
            lines.append(line)
            line, at = [], left
        line.append(Set(word, at, at + wide))
        at += wide + space
    lines.append(line)
    if label:
        sheet.text(left - hang, sheet.y, label)
    for i, line in enumerate(lines):
        if sheet.y > sheet.foot:
            break
        if sheet.is_justified and i < len(lines) - 1 and len(line) > 1:
            extra = (right - line[-1].x1) / (len(line) - 1)
            for k, word in enumerate(line):
                word.x0, word.x1 = word.x0 + extra * k, word.x1 + extra * k
        if body:
            sheet.rows.append(Row(line, sheet.y, sheet.paragraphs, (left, right), label if i == 0 else ""))
        else:
            for word in line:
                sheet.text(word.x0, sheet.y, word.text)
        sheet.y += sheet.pitch
    sheet.paragraphs += 1
    sheet.y += sheet.gap


def new_sheet(rng: random.Random) -> Sheet:
    font = rng.choice(FONTS)
    size = rng.choice([9.5, 10, 10.5, 11, 12]) if font != "cour" else rng.choice([10.0, 11.0])
    pitch = size * rng.choice([1.15, 1.2, 1.3, 1.45])
    has_gap = rng.random() < 0.6
    return Sheet(
        rng, font, size, pitch, font != "cour" and rng.random() < 0.45,
        pitch * rng.choice([0.5, 0.8, 1.0]) if has_gap else 0.0,
        0.0 if has_gap and rng.random() < 0.6 else rng.choice([18.0, 36.0]),
        left=rng.choice([72.0, 90.0]), right=rng.choice([522.0, 540.0]),
    )


def heading(sheet: Sheet, text: str, *, centred: bool = False, left: float = 0.0) -> None:
    sheet.skip(rng_gap(sheet.rng))
    x = (sheet.left + sheet.right - sheet.width(text)) / 2 if centred else left or sheet.left
    sheet.text(x, sheet.y, text)
    sheet.skip(sheet.rng.choice([1.2, 1.8, 2.5]))


def rng_gap(rng: random.Random) -> float:
    return rng.choice([0.4, 1.0, 1.6, 2.4])


def header(sheet: Sheet, stamp: str) -> None:
    rng = sheet.rng
    if stamp:
        sheet.text(rng.choice([sheet.left, 380.0]), 40, stamp, 10)
    if rng.random() < 0.5:
        sheet.text(sheet.left, 56, "Registry of the Office", 9)
        sheet.text(sheet.right - 60, 56, f"page {rng.randint(1, 30)}", 9)
    if rng.random() < 0.5:
        sheet.text(300, 760, f"- {rng.randint(1, 30)} -", 9)


def letterhead(sheet: Sheet) -> None:
    rng = sheet.rng
    sheet.y = 84
    for text in ("OFFICE OF THE REGISTRAR", "Washington, D.C. 20520")[: rng.randint(1, 2)]:
        sheet.text((sheet.left + sheet.right - sheet.width(text)) / 2, sheet.y, text)
        sheet.skip(1)
    sheet.skip(rng.choice([1, 2, 3]))
    sheet.text(rng.choice([sheet.left, 380.0]), sheet.y, f"{rng.choice(['March', 'June'])} {rng.randint(1, 28)}, 1987")
    sheet.skip(rng.choice([2, 3, 4]))
    for text in (rng.choice(NAMES), "Department of Works", "41 Harbour Street", "Springfield")[: rng.randint(2, 4)]:
        sheet.text(sheet.left, sheet.y, text)
        sheet.skip(1)
    sheet.skip(rng.choice([1, 2]))
    sheet.text(sheet.left, sheet.y, f"Dear {rng.choice(NAMES)}:")
    sheet.skip(rng.choice([1.5, 2, 2.5]))


def signature(sheet: Sheet) -> None:
    if sheet.is_full(7):
        return
    rng = sheet.rng
    x = rng.choice([sheet.left, 330.0])
    sheet.skip(rng.choice([0.5, 1]))
    sheet.text(x, sheet.y, rng.choice(["Sincerely,", "Sincerely yours,", "Very truly yours,", "Respectfully,"]))
    sheet.skip(rng.choice([3, 4, 5]))
    if rng.random() < 0.3:
        sheet.rule(x, sheet.y - sheet.pitch * 0.9, x + 150)
    sheet.text(x, sheet.y, rng.choice(NAMES))
    sheet.skip(1)
    sheet.text(x, sheet.y, "Assistant Registrar")
    sheet.skip(rng.choice([1, 3]))
    if rng.random() < 0.5:
        sheet.text(sheet.left, sheet.y, "Enclosure")
        sheet.skip(1)


def memo_heads(sheet: Sheet) -> None:
    rng = sheet.rng
    sheet.text((sheet.left + sheet.right) / 2 - 40, sheet.y, "MEMORANDUM")
    sheet.skip(rng.choice([2, 3]))
    tab = sheet.left + rng.choice([60.0, 80.0])
    for label, value in (
        ("TO:", rng.choice(NAMES)), ("FROM:", rng.choice(NAMES)), ("DATE:", "12 May 1991"),
        ("SUBJECT:", " ".join(rng.choice(WORDS) for _ in range(5))),
    ):
        sheet.text(sheet.left, sheet.y, label)
        sheet.text(tab, sheet.y, value)
        if label == "TO:" and rng.random() < 0.3:
            sheet.text(tab + 200, sheet.y, "cc: " + rng.choice(NAMES))
        sheet.skip(rng.choice([1, 1.5, 2]))
    sheet.skip(1)


def table(sheet: Sheet) -> None:
    rng = sheet.rng
    columns = rng.randint(3, 5)
    rows = rng.randint(3, 9)
    if sheet.is_full(rows + 4):
        return
    wide = (sheet.right - sheet.left) / columns
    ruled = rng.random() < 0.4
    numbers = rng.random() < 0.5
    top = sheet.y
    sheet.skip(1)
    for row in range(rows):
        for column in range(columns):
            x = sheet.left + wide * column + 3
            if row and column and rng.random() < 0.12:
                continue  # an empty cell
            if row == 0:
                text = rng.choice(["Item", "Office", "Year", "Amount", "Remarks"])
            elif numbers and column:
                text = f"{rng.randint(1, 99999):,}"
                x = sheet.left + wide * (column + 1) - 6 - sheet.width(text)
            else:
                text = " ".join(rng.choice(WORDS) for _ in range(rng.randint(1, 2)))
            sheet.text(x, sheet.y, text)
        sheet.skip(1.1)
    if ruled:
        for row in range(rows + 1):
            sheet.rule(sheet.left, top + sheet.pitch * (0.2 + 1.1 * row), sheet.right)
        for column in range(columns + 1):
            sheet.rule(sheet.left + wide * column, top + sheet.pitch * 0.2, sheet.left + wide * column, top + sheet.pitch * (0.2 + 1.1 * rows))
    sheet.skip(rng.choice([0.5, 1.5]))


def form(sheet: Sheet) -> None:
    rng = sheet.rng
    if sheet.is_full(8):
        return
    style = rng.choice(["rules", "under", "colon", "dots"])
    for label in rng.sample(["Name:", "Date of birth:", "Place:", "Telephone:", "Signature:", "Approved by:"], rng.randint(3, 5)):
        sheet.text(sheet.left, sheet.y, label)
        x = sheet.left + sheet.width(label) + 8
        if style == "rules":
            sheet.rule(x, sheet.y + 2, x + 150)
        elif style == "under":
            sheet.text(x, sheet.y, "_" * rng.randint(12, 30))
        elif style == "dots":
            sheet.text(x, sheet.y, "." * rng.randint(20, 40))
        if rng.random() < 0.4:
            sheet.text(x + 190, sheet.y, "No:")
        sheet.skip(rng.choice([1.2, 1.5, 2]))
    sheet.skip(1)


def contents(sheet: Sheet) -> None:
    rng = sheet.rng
    if sheet.is_full(8):
        return
    dots = rng.random() < 0.5
    for _ in range(rng.randint(4, 7)):
        title = " ".join(rng.choice(WORDS) for _ in range(rng.randint(2, 5))).capitalize()
        sheet.text(sheet.left, sheet.y, title)
        if dots:
            end = sheet.left + sheet.width(title) + 6
            sheet.text(end, sheet.y, "." * int((sheet.right - 30 - end) / sheet.width(".")))
        sheet.text(sheet.right - 20, sheet.y, str(rng.randint(1, 90)))
        sheet.skip(1)
    sheet.skip(1)


def figure(sheet: Sheet) -> None:
    rng = sheet.rng
    if sheet.is_full(12):
        return
    high = sheet.pitch * rng.randint(5, 9)
    x0, x1 = sheet.left + 40, sheet.right - 40
    for i in range(12):
        a = sheet.y + high * rng.random()
        sheet.ops.append(f"q .5 g {x0 + (x1 - x0) * i / 12:.1f} {HEIGHT - a:.1f} {rng.uniform(4, 30):.1f} {rng.uniform(4, 20):.1f} re f Q")
    sheet.y += high + 1.5 * sheet.pitch
    sheet.text((sheet.left + sheet.right) / 2 - 60, sheet.y, "Figure 2. Works by year")
    sheet.skip(2.5)


def addresses(sheet: Sheet) -> None:
    rng = sheet.rng
    if sheet.is_full(6):
        return
    for _ in range(rng.randint(3, 5)):
        sheet.text(sheet.left, sheet.y, rng.choice(NAMES))
        sheet.text(sheet.left + 200 + rng.choice([0, 0, 0, 12]), sheet.y, rng.choice(["Registry", "Works", "Harbour Board"]))
        sheet.skip(1)
    sheet.skip(1)


def items(sheet: Sheet) -> None:
    rng = sheet.rng
    style = rng.choice(["1.", "(a)", "-", "bullet"])
    hang = rng.choice([18.0, 24.0, 36.0])
    for i in range(rng.randint(3, 6)):
        if sheet.is_full(4):
            break
        label = {"1.": f"{i + 1}.", "(a)": f"({'abcdef'[i]})", "-": "-"}.get(style, "o")
        paragraph(sheet, prose(rng, rng.randint(1, 2)), indent=0.0, hang=hang, label=label)


PIECES = (table, form, contents, figure, addresses, items)


def body(sheet: Sheet, share_of_pieces: float = 0.25, column: tuple[float, float] | None = None) -> None:
    rng = sheet.rng
    while not sheet.is_full(4):
        if column is None and rng.random() < share_of_pieces:
            if rng.random() < 0.3:
                heading(sheet, rng.choice(["Background", "3. Present position", "B. NEXT STEPS"]), centred=rng.random() < 0.3)
            rng.choice(PIECES)(sheet)
        elif rng.random() < 0.08:
            heading(sheet, rng.choice(["Background", "Present position", "NEXT STEPS"]), centred=column is None and rng.random() < 0.3,
                    left=column[0] if column else 0.0)
        else:
            paragraph(sheet, prose(rng, rng.randint(1, 6)), column=column)


def lay_out(rng: random.Random, layout: str, stamp: str) -> Sheet:
    sheet = new_sheet(rng)
    header(sheet, stamp)
    if layout == "letter":
        letterhead(sheet)
        for _ in range(rng.randint(3, 7)):
            if not sheet.is_full(10):
                paragraph(sheet, prose(rng, rng.randint(1, 5)))
        signature(sheet)
    elif layout == "memo":
        memo_heads(sheet)
        body(sheet, 0.15)
    elif layout == "columns":
        if rng.random() < 0.5:
            heading(sheet, "THE WORKS OF THE YEAR", centred=True)
        top, middle = sheet.y, (sheet.left + sheet.right) / 2
        gutter = rng.choice([14.0, 20.0, 28.0])
        sheet.size, sheet.pitch, sheet.indent = 9.5, 11.5, min(sheet.indent, 14.0)
        for column in ((sheet.left, middle - gutter / 2), (middle + gutter / 2, sheet.right)):
            sheet.y = top
            body(sheet, column=column)
    elif layout == "list":
        paragraph(sheet, prose(rng, 2))
        while not sheet.is_full(6):
            items(sheet)
            paragraph(sheet, prose(rng, 2))
    elif layout == "draft":
        sheet.pitch = sheet.size * 2.2
        sheet.gap = 0.0
        sheet.indent = 36.0
        body(sheet, 0.05)
    elif layout == "email":
        for label in ("From:", "To:", "Sent:", "Subject:"):
            sheet.text(sheet.left, sheet.y, label)
            sheet.text(sheet.left + 80, sheet.y, rng.choice(NAMES) if label in ("From:", "To:") else "Monday, March 4, 2013 10:12 AM")
            sheet.skip(1)
        sheet.skip(2)
        sheet.is_justified = False
        body(sheet, 0.1)
    elif layout == "transcript":
        sheet.is_justified = False
        while not sheet.is_full(4):
            who = rng.choice(["Q.", "A.", "MR. ALDER:", "THE CHAIR:"])
            paragraph(sheet, [*who.split(), *prose(rng, rng.randint(1, 3))], indent=36.0)
    elif layout == "mixed":
        body(sheet, 0.6)
    else:
        heading(sheet, "ANNUAL REPORT OF THE OFFICE", centred=True)
        body(sheet)
    return sheet


def blank_out(sheet: Sheet, kind: str, code_place: str, is_stamped: bool, way: str) -> bool:
    """Takes words out of the body of a page; False when nothing suits."""
    rng = sheet.rng
    rows = sheet.rows
    free = [i for i, row in enumerate(rows) if len(row.words) >= 6 and not any(w.gone for w in row.words) and _is_quiet(rows, i)]
    if not free:
        return False
    at = rng.choice(free)
    same = [i for i in range(at, min(len(rows), at + 9)) if rows[i].column == rows[at].column]
    own = [i for i in same if rows[i].paragraph == rows[at].paragraph]
    taken: list[tuple[int, int, int]] = []  # row, first and last word (exclusive)
    count = len(rows[at].words)
    if kind == "word":
        long = rng.randint(1, 3)
        first = rng.randint(1, count - long - 1)
        taken.append((at, first, first + long))
    elif kind == "half":
        cut = rng.randint(2, count - 3)
        if rng.random() < 0.5 or at == 0 or rows[at - 1].paragraph != rows[at].paragraph:
            if len(own) < 2:
                return False
            taken.append((at, cut, count))
        else:
            taken.append((at, 0, cut))
    elif kind == "lines":
        if len(own) < 3:
            return False
        last = rng.choice(own[1:4])
        taken.append((at, rng.randint(2, count - 1), count))
        taken += [(i, 0, len(rows[i].words)) for i in range(at + 1, last)]
        if len(rows[last].words) < 4:
            return False
        taken.append((last, 0, rng.randint(1, len(rows[last].words) - 2)))
    elif kind == "rows":
        many = rng.randint(1, 5)
        if at == 0 or rows[at - 1].paragraph != rows[at].paragraph or len(own) <= many:
            return False
        taken += [(i, 0, len(rows[i].words)) for i in own[:many]]
    else:
        number = rows[at].paragraph
        mine = [i for i, row in enumerate(rows) if row.paragraph == number]
        if len(mine) < 2 or mine[0] == 0 or mine[-1] + 1 >= len(rows) or not all(_is_quiet(rows, i) for i in mine):
            return False
        taken += [(i, 0, len(rows[i].words)) for i in mine]
    if any(w.gone for i, a, b in taken for w in rows[i].words[a:b]) or not all(_is_quiet(rows, i) for i, _, _ in taken):
        return False
    if any(not _is_joined(rows, i) for i in range(taken[0][0] - 1, taken[-1][0] + 1) if kind in ("rows", "para", "lines")):
        return False
    rects: list[Rect4] = []
    up, down = 0.8 * sheet.size, 0.25 * sheet.size
    for i, a, b in taken:
        row = rows[i]
        whole = a == 0 and b == len(row.words)
        x0 = row.words[a].x0
        x1 = row.words[b - 1].x1 if not whole and b < len(row.words) else max(row.column[1] if kind != "word" else 0.0, row.words[b - 1].x1)
        x1 = min(x1, row.column[1]) if b == len(row.words) and kind != "word" else x1
        rects.append((row.column[0] if whole else x0, row.base - up, x1, row.base + down))
        for word in row.words[a:b]:
            word.gone = True
    # Rows right under each other are one area, as who blanks them would paint it.
    rects = [
        (x0, y0, x1, rects[k + 1][1] if k + 1 < len(rects) else y1) for k, (x0, y0, x1, y1) in enumerate(rects)
    ]
    before = rows[taken[0][0]].words[taken[0][1] - 1].text if taken[0][1] else (rows[taken[0][0] - 1].words[-1].text if taken[0][0] else ".")
    end_row, end = taken[-1][0], taken[-1][2]
    if end < len(rows[end_row].words):
        after = rows[end_row].words[end].text
    else:
        after = rows[end_row + 1].words[0].text if end_row + 1 < len(rows) else ""
    is_empty_item = kind == "para" and bool(rows[taken[0][0]].label)
    torn = is_empty_item or (not before.endswith((".", "?", "!", ":")) and after[:1].islower())
    code = ""
    if code_place:
        code = rng.choice(CODES)
        size = min(sheet.size, 9.0)
        wide = sheet.width(code, size)
        r = rng.choice(rects)
        if code_place == "in" and r[2] - r[0] > wide + 14:
            sheet.text(rng.uniform(r[0] + 6, r[2] - wide - 6), r[1] + up, code, size)
        else:
            code_place = "margin"
            left = rng.random() < 0.3 and rows[at].column[0] < 130
            x = sheet.left - 14 - wide if left else sheet.right + 10
            sheet.text(x, r[1] + up, code, size)
    if way == "white":
        for x0, y0, x1, y1 in rects:
            sheet.ops.insert(0, f"q 1 g {x0:.1f} {HEIGHT - y1:.1f} {x1 - x0:.1f} {y1 - y0:.1f} re f Q")
    sheet.holes.append(Hole(kind, rects, code, code_place, bool(code) or is_stamped or torn or way == "white"))
    return True


def _is_quiet(rows: list[Row], at: int) -> bool:
    """No other blank on this line or the two beside it: each blank is judged for itself."""
    return not any(w.gone for i in range(max(0, at - 2), min(len(rows), at + 3)) for w in rows[i].words)


def _is_joined(rows: list[Row], at: int) -> bool:
    """This body line and the next stand right under each other in one column."""
    return 0 <= at < len(rows) - 1 and rows[at].column == rows[at + 1].column and 0 < rows[at + 1].base - rows[at].base < 46


@dataclass
class Document:
    data: bytes
    sheets: list[Sheet]
    layouts: list[str]
    is_stamped: bool


def make(rng: random.Random, pages: int = 2, *, blanked: bool = True) -> Document:
    """A document of some pages, each with up to four blanks, and what was blanked."""
    is_stamped = rng.random() < 0.5
    stamp = "RELEASED IN PART" if is_stamped else ""
    doc = pymupdf.open()
    sheets: list[Sheet] = []
    layouts: list[str] = []
    for number in range(pages):
        layout = rng.choice(LAYOUTS)
        sheet = lay_out(rng, layout, stamp if number == 0 or rng.random() < 0.5 else "")
        if blanked:
            for _ in range(rng.randint(1, 4)):
                for _ in range(6):
                    code_place = rng.choice(["", "", "in", "margin"])
                    way = "white" if rng.random() < 0.2 else "bare"
                    if blank_out(sheet, rng.choice(HOLES), code_place, is_stamped, way):
                        break
        page = doc.new_page(width=WIDTH, height=HEIGHT)
        for row in sheet.rows:
            for word in row.words:
                if not word.gone:
                    sheet.text(word.x0, row.base, word.text)
        page.insert_font(fontname=sheet.font)
        stream = "\n".join(sheet.ops).replace("/F1 ", f"/{sheet.font} ").encode("latin-1")
        xref = doc.get_new_xref()
        doc.update_object(xref, "<<>>")
        doc.update_stream(xref, stream)
        page.set_contents(xref)
        sheets.append(sheet)
        layouts.append(layout)
    return Document(doc.tobytes(), sheets, layouts, is_stamped)


VERBS = ("withheld", "withheld in full", "withheld entirely", "denied in full", "withheld in their entirety")


def sheet_text(rng: random.Random) -> tuple[str, int | None, bool]:
    """The text of a page, how many pages it says it stands for, and whether it is a sheet at all."""
    many, first = rng.randint(2, 60), rng.randint(1, 40)
    last = first + rng.randint(1, 12)
    codes = ", ".join(rng.sample(CODES, rng.randint(1, 3)))
    be = rng.choice(["", "are ", "were ", "have been "])
    code = rng.choice(["", f"\n{codes}", f"\n\n{codes}"])
    head = rng.choice(["", "", "UNCLASSIFIED\n\n", "Approved For Release 2005/08/02 : CIA-RDP85-00988R000200240009-6\n\n"])
    listed = "\n".join(f"Page {first + i} ~ b6; b7C;" for i in range(rng.randint(2, 9)))
    text = " ".join(prose(rng, 14))
    words = [text[i : i + 90].rsplit(" ", 1)[0] for i in range(0, len(text) - 90, 90)]
    sheets: list[tuple[str, int | None]] = [
        (f"{many} pages {be}{rng.choice(VERBS)}{code}", many),
        (f"{many} Page(s) withheld entirely at this location in the file.{code}", many),
        (f"Pages {first} through {last} {be}{rng.choice(VERBS)}{code}", last - first + 1),
        (f"Pages {first}-{last} {be}{rng.choice(VERBS)}{code}", last - first + 1),
        (f"Next {many} Page(s) In Document {rng.choice(['Exempt', 'Denied'])}", many),
        (f"PAGE {rng.choice(['DENIED', 'WITHHELD', 'DELETED', 'EXEMPT'])}{code}", None),
        (f"THIS PAGE IS {rng.choice(['WITHHELD IN FULL', 'DENIED IN FULL'])}{code}", None),
        (f"{rng.choice(['WITHHELD', 'DENIED'])} IN FULL{code}", None),
        (f"Total Deleted Page(s) = {many}\n{listed}", many),
        (f"FOIPA DELETED PAGE INFORMATION SHEET\n{many} Page(s) withheld entirely at this location in the file.\n( ) (b)(1)   ( ) (b)(7)(A)   ( ) (d)(5)\n( ) (b)(2)   ( ) (b)(7)(B)   ( ) (j)(2)\n(X) (b)(3)   ( ) (b)(7)(C)   ( ) (k)(1)", many),
        ("WITHDRAWAL SHEET\nType   Subject   Pages   Date   Restriction\nmemo   a letter to the registry   4 p.   5/12/71   B1", 4),
        ("REFERENCE COPY\nDOCUMENT WITHDRAWN", None),
    ]
    others = [
        "This page intentionally left blank",
        "UNCLASSIFIED",
        "APPENDIX B",
        "\n".join([*words[:6], f"and of these papers {many} pages were withheld in full while the rest was sent", *words[6:]]),
        f"Dear {rng.choice(NAMES)}:\n\nWe found {many} pages. {first} pages are withheld in full under (b)(1).\n\nSincerely,",
        f"Please note that {many} pages were deleted from the site again. Call me.",
        "\n".join(words),
    ]
    if rng.random() < 0.6:
        text, number = rng.choice(sheets)
        return head + text, number, True
    return head + rng.choice(others), None, False


def typed(rng: random.Random, text: str) -> bytes:
    """A document of one page with lines of text at a place of its own."""
    doc = pymupdf.open()
    page = doc.new_page(width=WIDTH, height=HEIGHT)
    y = rng.uniform(80, 260)
    for line in text.split("\n"):
        page.insert_text((rng.choice([72, 72, 72]), y), line, fontname="helv", fontsize=10)
        y += 14
    return bytes(doc.tobytes())
