#!/usr/bin/env python3
"""Stamps of all families in worn print: how many fields are right, from one reading and from three pages.

    python tests/bench/stamps.py [--seed N] [--count N] [--noise SHARE] [--show] [--no-corpus]

Stamps are typeset with invented names and numbers, then damaged character by character (see ``worn``).
The seed is fresh each time and printed. Below stand the stamps of real releases in the corpus, from the
PDFs themselves. Exits with 1 when an aim is missed.
"""

from __future__ import annotations

import argparse
import csv
import datetime
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "unit" / "detection")]

from handmade import text_pages  # noqa: E402

from review_app.detection import scan  # noqa: E402
from review_app.detection.office import Office  # noqa: E402

CORPUS = ROOT.parent / "shared" / "corpus"
NAMES = (
    "ROBERT WILLER", "HELEN A. SAMPLE", "THOMAS PROBE", "MARIA ORTIZ", "PETER J. EXAMPLE", "SUSAN LINDGREN",
    "WALTER KOCH", "DIANE M. FELDER", "GEORGE ABBOT", "CLARA VANCE", "HAROLD T. NIMS", "EDITH BROOKE",
)
MIXED = ("Margaret P. Keller", "Sheryl K. Towne", "Arnold Bright", "Ursula D. Fenn")
BODY = (
    "The embassy reported that the talks had gone well and would go on in the spring.",
    "No decision was taken on the second point; the ministry asked for more time.",
    "We recommend that the department wait for the answer before it writes again.",
)
CONFUSED = {
    "O": "0Q", "0": "OQ", "l": "1I|", "1": "lI|", "I": "1l|", "S": "5", "5": "S", "B": "8", "8": "B",
    "G": "6", "6": "G", "Z": "2", "2": "Z", "e": "c", "c": "e", "a": "o", "o": "a", "u": "v", "v": "u",
    "h": "b", "b": "h", "n": "h", "t": "f", "f": "t", "i": "l", "E": "F", "F": "E", "R": "K", "C": "(G",
    "D": "0O", "T": "I", "U": "O", "V": "Y", "/": "l|", "-": "~", ".": ",", ",": ".", "m": ("rn",),
    "M": ("N",), "w": ("vv",), "W": ("VV",), "d": ("cl",), "N": ("M",), "A": "4", "P": "F", "g": "q9",
}
SPECKS = ".,'`_-"


def worn(text: str, share: float, rng: random.Random) -> str:
    """Damage as detection reference 6 has it: of the characters hit, 62 % are confused with one alike (where
    there is one), 10 % lost, 8 % get a speck beside them; 20 % hit the print around them: a colon is lost, a
    line broken, two lines joined."""
    out: list[str] = []
    for char in text:
        if rng.random() >= share:
            out.append(char)
            continue
        kind = rng.random()
        if kind < 0.62:
            out.append(rng.choice(list(CONFUSED.get(char, char))))
        elif kind < 0.72:
            out.append("" if not char.isspace() else char)
        elif kind < 0.80:
            out.append(char + (rng.choice(SPECKS) if not char.isspace() else ""))
        elif char != ":":
            out.append({" ": "\n", "\n": " "}.get(char, char))
    return "".join(out)


@dataclass(frozen=True)
class Stamp:
    """A typeset stamp and what must be read from it."""

    family: str
    text: str
    wanted: dict[str, str]


def _digits(rng: random.Random, count: int, first: str = "0123456789") -> str:
    return rng.choice(first) + "".join(rng.choice("0123456789") for _ in range(count - 1))


def _day(rng: random.Random, first: int, last: int) -> datetime.date:
    start = datetime.date(first, 1, 1).toordinal()
    return datetime.date.fromordinal(rng.randrange(start, datetime.date(last, 12, 31).toordinal()))


def state_1990s(rng: random.Random) -> Stamp:
    name, day, case = rng.choice(NAMES), _day(rng, 1991, 2004), _digits(rng, 8, "89")
    return Stamp("state-1990s", (
        "United States Department of State\nOffice of FOI, Privacy, & Classification Review\n"
        f"Review Authority: {name}\nDate: {day:%m/%d/%y}\nCase ID: {case}\n"
    ), {"review_authority": name, "review_date": day.isoformat(), "case_id": case})


def state_header(rng: random.Random) -> Stamp:
    day, case = _day(rng, 2008, 2019), f"F-20{_digits(rng, 2, '01')}-{_digits(rng, 5)}"
    doc, part = f"C0{_digits(rng, 7, '56')}", rng.random() < 0.6
    codes = rng.choice((("B6", "(b)(6)"), ("B5,B6", "(b)(5), (b)(6)"), ("B1,1.4(D)", "(b)(1), 1.4(d)")))
    wanted = {
        "case_id": case, "doc_no": doc, "release_date": day.isoformat(), "marking_at_release": "UNCLASSIFIED",
        "disposition": "released_in_part" if part else "released_in_full",
    }
    if part:
        wanted["exemptions"] = codes[1]
    return Stamp("state-header", (
        f"UNCLASSIFIED U.S. Department of State Case No. {case} Doc No. {doc} Date: {day:%m/%d/%Y}\n"
        + (f"RELEASE IN PART\n{codes[0]}\n" if part else "RELEASE IN FULL\n")
    ), wanted)


def state_systematic(rng: random.Random) -> Stamp:
    name, day = rng.choice(MIXED), _day(rng, 2005, 2014)
    return Stamp("state-systematic", (
        f"{name} Declassified/Released US Department of State EO Systematic Review {day:%d %b %Y}\n"
    ), {"review_authority": name, "review_date": day.isoformat()})


def state_tickbox(rng: random.Random) -> Stamp:
    name, day = rng.choice(NAMES), _day(rng, 1981, 1997)
    return Stamp("state-tickbox", (
        f"DEPARTMENT OF STATE A/CDC/MR\nREVIEWED BY {name} DATE {day:%m/%d/%y}\n( ) RELEASE ( ) DECLASSIFY\n"
        "(X) EXCISE ( ) DECLASSIFY IN PART\n( ) DENY ( ) DELETE NON-RESPONSIVE INFO\n"
    ), {"review_authority": name, "review_date": day.isoformat(), "disposition": "released_in_part"})


def cia_document(rng: random.Random) -> Stamp:
    day, doc = _day(rng, 2010, 2020), f"C0{_digits(rng, 7)}"
    return Stamp("cia-release", f"Approved for Release: {day:%Y/%m/%d} {doc}\n",
                 {"release_date": day.isoformat(), "doc_no": doc})


def cia_crest(rng: random.Random) -> Stamp:
    day = _day(rng, 1999, 2016)
    doc = f"CIA-RDP{_digits(rng, 2, '789')}B{_digits(rng, 5)}R{_digits(rng, 12, '0')}-{_digits(rng, 1)}"
    return Stamp("cia-release", f"Sanitized Copy Approved for Release {day:%Y/%m/%d} : {doc}\n", {
        "release_date": day.isoformat(), "doc_no": doc, "disposition": "released_in_part",
    })


def nsa(rng: random.Random) -> Stamp:
    day, case = _day(rng, 2004, 2021), _digits(rng, 5, "123456789")
    return Stamp("nsa-release", f"Approved for Release by NSA on {day:%m-%d-%Y}, FOIA Case #{case}\n",
                 {"release_date": day.isoformat(), "case_id": case})


def fbi(rng: random.Random) -> Stamp:
    day = _day(rng, 1990, 2018)
    return Stamp("fbi-unclassified", (
        "ALL INFORMATION CONTAINED\nHEREIN IS UNCLASSIFIED EXCEPT\nWHERE SHOWN OTHERWISE\n"
        f"DATE {day:%m-%d-%Y}\n"
    ), {"marking_at_release": "UNCLASSIFIED", "review_date": day.isoformat()})


def nara(rng: random.Random) -> Stamp:
    day, number = _day(rng, 1990, 2020), _digits(rng, 6, "79")
    return Stamp("nara-project", f"DECLASSIFIED\nAuthority NND {number}\nBy JW NARA Date {day:%m/%d/%Y}\n",
                 {"case_id": f"NND {number}", "review_date": day.isoformat()})


def library(rng: random.Random) -> Stamp:
    day, number = _day(rng, 1998, 2018), f"{_digits(rng, 2)}-{_digits(rng, 3)}"
    return Stamp("presidential-library", (
        f"SANITIZED\nE.O. 13526, Sec. 3.5\nNLJ {number}\nBy KB, NARA, Date {day:%m/%d/%Y}\n"
    ), {"case_id": f"NLJ {number}", "review_date": day.isoformat(), "disposition": "released_in_part"})


def iscap(rng: random.Random) -> Stamp:
    day, case = _day(rng, 2008, 2020), f"20{_digits(rng, 2, '01')}-{_digits(rng, 3)}"
    panel = "Interagency Security Classification Appeals Panel"
    return Stamp("iscap", (
        "DECLASSIFIED UNDER AUTHORITY OF THE\nINTERAGENCY SECURITY CLASSIFICATION APPEALS PANEL,\n"
        f"E.O. 13526, SECTION 5.3(b)(3)\nISCAP APPEAL NO. {case}\nDECLASSIFICATION DATE: {day:%B %d, %Y}\n"
    ), {"review_authority": panel, "case_id": case, "review_date": day.isoformat()})


def osd(rng: random.Random) -> Stamp:
    day = _day(rng, 2008, 2020)
    return Stamp("osd-whs", (
        "DECLASSIFIED IN FULL\nAuthority: EO 13526\nChief, Records & Declass Div, WHS\n"
        f"Date: {f'{day:%b %d %Y}'.upper()}\n"
    ), {"review_date": day.isoformat(), "disposition": "released_in_full"})


def joint_staff(rng: random.Random) -> Stamp:
    name, day = rng.choice(NAMES), _day(rng, 1985, 2005)
    return Stamp("joint-staff", f"DECLASSIFIED BY: {name}\nDATE: {f'{day:%d %b %Y}'.upper()}\n",
                 {"review_authority": name, "review_date": day.isoformat()})


def rif(rng: random.Random) -> Stamp:
    number = f"{_digits(rng, 3, '1')}-{_digits(rng, 5, '1')}-{_digits(rng, 5, '1')}"
    day, last = _day(rng, 1958, 1970), _day(rng, 1993, 1999)
    return Stamp("jfk-rif", (
        f"AGENCY INFORMATION\nAGENCY : CIA\nRECORD NUMBER : {number}\nRECORD SERIES : JFK\n"
        f"DATE : {day:%m/%d/%Y}\nPAGES : 3\nDOCUMENT TYPE : PAPER\nCLASSIFICATION : SECRET\n"
        "RESTRICTIONS : 1B; 1C\nCURRENT STATUS : RELEASED WITH DELETIONS\n"
        f"DATE OF LAST REVIEW : {last:%m/%d/%Y}\n"
    ), {"doc_no": number, "doc_date": day.isoformat(), "original_classification": "SECRET",
        "exemptions": "JFK Act 6(1)(B), JFK Act 6(1)(C)", "disposition": "released_in_part",
        "review_date": last.isoformat()})


MAKERS: tuple[Callable[[random.Random], Stamp], ...] = (
    state_1990s, state_header, state_systematic, state_tickbox, cia_document, cia_crest, nsa, fbi, nara,
    library, iscap, osd, joint_staff, rif,
)


@dataclass
class Score:
    right: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    wrong: int = 0
    doubtful: int = 0
    misses: list[str] = field(default_factory=list)

    def add(self, stamp: Stamp, found: scan.Findings, shown: str) -> None:
        for name, value in stamp.wanted.items():
            readings = [r for r in found.record if r.field == name]
            got = [r.value for r in readings]
            key = f"{stamp.family}.{name}"
            self.asked[key] += 1
            self.right[key] += got == [value]
            bad = [r for r in readings if r.value != value]
            self.wrong += any(r.confidence >= SURE for r in bad)
            self.doubtful += bool(bad) and all(r.confidence < SURE for r in bad)
            if got != [value]:
                self.misses.append(f"{key}: wanted {value!r}, got {got} from {shown!r}")

    @property
    def share(self) -> float:
        return sum(self.right.values()) / max(1, sum(self.asked.values()))

    @property
    def wrong_share(self) -> float:
        return self.wrong / max(1, sum(self.asked.values()))


SURE = 0.65
"""Below this confidence the record shows a value as a suggestion to look at, not as read."""


def measure(seed: int, count: int, noise: float, pages: int, names: tuple[str, ...]) -> Score:
    rng, score = random.Random(seed), Score()
    for number in range(count):
        stamp = MAKERS[number % len(MAKERS)](rng)
        body = "\n\n".join(BODY)
        sheets = [f"{body}\n\n{worn(stamp.text, noise, rng)}\n\n{body}" for _ in range(pages)]
        found = scan.document(text_pages("\f".join(sheets)), office=Office(names))
        score.add(stamp, found, sheets[0][len(body) + 2 : -len(body) - 2])
    return score


@dataclass
class Row:
    what: str
    value: float
    aim: float
    at_most: bool = False
    detail: str = ""

    @property
    def good(self) -> bool:
        return self.value <= self.aim if self.at_most else self.value >= self.aim


def table(*parts: str) -> Iterator[dict[str, str]]:
    with CORPUS.joinpath(*parts).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _pages(path: Path) -> list[scan.PageContent]:
    from review_app.engine import documents

    with documents.open_document(path) as document:
        return [document.content(n) for n in range(1, document.page_count + 1)]


def corpus(show: bool) -> list[Row]:
    """Real releases with a text layer, from their PDFs: each field exact, and wrong values."""
    def state() -> Iterator[tuple[Path, dict[str, str]]]:
        places = {path.name: path for path in (CORPUS / "state_hrc").rglob("*.pdf")}
        for row in table("groundtruth", "hrc_stamps.csv"):
            path = places.get(Path(row["file"]).name)
            if path is not None and row["ocr_stamp_date"]:
                month, day, year = row["ocr_stamp_date"].split("/")
                wanted = {"case_id": row["ocr_case"], "doc_no": row["ocr_doc"],
                          "release_date": f"{year}-{month}-{day}"}
                if row["ocr_release"]:
                    wanted["disposition"] = {"PART": "released_in_part",
                                             "FULL": "released_in_full"}[row["ocr_release"]]
                yield path, wanted

    def cia() -> Iterator[tuple[Path, dict[str, str]]]:
        for row in table("groundtruth", "cib_stamps.csv"):
            path = CORPUS / "cia_cib" / Path(row["file"]).name
            if path.exists() and row["stamp_date_ocr_majority"]:
                yield path, {"doc_no": row["doc_no"],
                             "release_date": row["stamp_date_ocr_majority"].replace("/", "-")}

    def cables() -> Iterator[tuple[Path, dict[str, str]]]:
        phrase = "US Department of State EO Systematic Review"
        for row in table("groundtruth", "aad_cables.csv"):
            stamped = row["stamp_reviewer"]
            yield CORPUS / "nara_aad" / Path(row["source_file"]).name, {
                "review_authority": phrase if stamped.startswith("Declassified") else stamped,
                "review_date": datetime.datetime.strptime(row["stamp_date"], "%d %b %Y").date().isoformat(),
                "doc_no": row["doc_number"], "original_classification": row["attr_original_class"],
            }

    def jfk() -> Iterator[tuple[Path, dict[str, str]]]:
        for row in table("groundtruth", "jfk2025_ocr.csv"):
            path = CORPUS / "nara_jfk2025" / Path(row["file"]).name
            if path.exists() and row["rif_in_ocr_p1_2"] == "True" and int(row["pages"]) <= 60:
                yield path, {"doc_no": row["rif"]}

    rows = []
    for title, source, aim in (("State", state, 0.99), ("CIA", cia, 0.99), ("Cables", cables, 0.99),
                               ("JFK (silver: bad OCR)", jfk, 0.9)):
        right: Counter[str] = Counter()
        asked: Counter[str] = Counter()
        wrong = 0
        for path, wanted in source():
            found = scan.document(_pages(path))
            for name, value in wanted.items():
                got = [r.value for r in found.record if r.field == name]
                asked[name] += 1
                right[name] += got == [value]
                wrong += any(v != value for v in got)
                if show and got != [value]:
                    print("  miss:", path.name, name, value, got)
        rows += [Row(f"{title}: {name}", right[name] / asked[name], aim,
                     detail=f"{right[name]} of {asked[name]}") for name in asked]
        total = sum(asked.values())
        rows.append(Row(f"{title}: wrong values", wrong / max(1, total), 0.005, True, f"{wrong} of {total}"))
    return rows


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--count", type=int, default=700, help="stamps in each measurement")
    parser.add_argument("--noise", type=float, default=0.05)
    parser.add_argument("--show", action="store_true", help="list each miss")
    parser.add_argument("--no-corpus", action="store_true")
    given = parser.parse_args()
    print(f"seed {given.seed}, {given.count} stamps, {100 * given.noise:g} % of the characters hit")
    begin = time.process_time()
    known = (*NAMES, *MIXED)
    clean = measure(given.seed, 2 * len(MAKERS), 0.0, 1, known)
    bare = measure(given.seed, given.count, given.noise, 1, ())
    single = measure(given.seed, given.count, given.noise, 1, known)
    voted = measure(given.seed + 1, given.count, given.noise, 3, known)
    rows = [
        Row("clean print: fields right", clean.share, 1.0),
        Row("one reading, no names known: fields right", bare.share, 0.864),
        Row("one reading, names known: fields right", single.share, 0.95),
        Row("one reading: wrong values given", single.wrong_share, 0.02, True,
            f"and {single.doubtful} shown as doubtful"),
        Row("three pages, names known: fields right", voted.share, 0.999),
        Row("three pages: wrong values given", voted.wrong_share, 0.02, True,
            f"and {voted.doubtful} shown as doubtful"),
    ]
    for key in single.asked:
        print(f"   {key:40} {single.right[key] / single.asked[key]:.3f} single   "
              f"{voted.right[key] / max(1, voted.asked[key]):.3f} voted   of {single.asked[key]}")
    print(f"   {time.process_time() - begin:.1f} CPU seconds")
    if given.show:
        for title, score in (("clean", clean), ("single", single), ("voted", voted)):
            for miss in score.misses:
                print("  ", title, miss)
    if not given.no_corpus and CORPUS.exists():
        rows += corpus(given.show)
    print(f"  {'what':50} {'measured':>9} {'aim':>9}   detail")
    for row in rows:
        sign = "<=" if row.at_most else ">="
        mark = "  " if row.good else "! "
        print(f"{mark}{row.what:50} {row.value:9.4f} {sign}{row.aim:.4f}   {row.detail}")
    good = sum(row.good for row in rows)
    print(f"{good} of {len(rows)} aims reached")
    return 0 if good == len(rows) else 1


if __name__ == "__main__":
    sys.exit(main())
