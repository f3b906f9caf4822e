from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from review_app.domain.vocabulary import ExemptionStatus, Kind, Origin, Status
from review_app.ui.page_view import labels

QT_FREE = ("layout", "hit", "cache", "tools", "outline", "source")


def test_no_printed_code_is_unknown_never_none(kit) -> None:
    span = kit.span("s")
    assert labels.variants(span)[0] == "withheld · blank · code not stated"
    illegible = replace(span, exemption_status=ExemptionStatus.ILLEGIBLE)
    assert labels.variants(illegible)[0].endswith("code illegible")


def test_origins_are_told_apart_in_words(kit) -> None:
    agency = labels.variants(kit.span("a", codes=["(b)(1)"]))[0]
    reviewer = labels.variants(kit.span("r", origin=Origin.REVIEWER, kind=Kind.MARK, codes=["(b)(1)"]))[0]
    assert agency == "withheld · blank · (b)(1)"
    assert reviewer == "proposed · mark · (b)(1)"
    assert labels.spoken(kit.span("a")).startswith("Withheld by the agency: blank, code not stated")


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_and_status_has_words(kit, kind: Kind, status: Status) -> None:
    for origin in Origin:
        texts = labels.variants(kit.span("s", kind=kind, status=status, origin=origin))
        assert all(texts)
        assert [len(t) for t in texts] == sorted((len(t) for t in texts), reverse=True)


def test_many_codes_are_counted_not_listed(kit) -> None:
    span = kit.span("s", codes=["(b)(1)", "(b)(1)", "(b)(3)", "1.4(c)", "1.4(d)", "25X1"])
    assert labels.code_words(span) == "(b)(1), (b)(3), 1.4(c) +2"


@pytest.mark.parametrize("module", QT_FREE)
def test_these_parts_know_no_qt(module: str) -> None:
    code = (
        f"import sys, review_app.ui.page_view.{module}; "
        "sys.exit(any(m.split('.')[0] in ('PySide6', 'pymupdf', 'numpy') for m in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_check_above_can_fail() -> None:
    code = (
        "import sys, review_app.ui.page_view.view; "
        "sys.exit(any(m.split('.')[0] in ('PySide6', 'pymupdf', 'numpy') for m in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 1
    code = code.replace("'PySide6', ", "")  # and the view needs Qt only, no PDF engine
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
