"""Pages that print a program, a configuration or markup: brackets there are its own signs."""

from __future__ import annotations

import re
from collections import Counter

from review_app.detection.flow import Flow

_SHARE = 0.4
"""Of the lines of a page with anything on them: a letter that quotes a few lines stays a letter."""

SURE = 0.45
"""No note on such a page that does not name a declassification or a code is surer: it may be possible."""

REASON = "but the page looks like a program or markup, where brackets are common"

_LEAST = 3
"""Lines: fewer may be chance."""

# Each form is rare at the place where it is looked for in prose, letters, forms and telegrams.
_LINE = re.compile(
    r"""\s*(?:
        \#\s*(?:include|define|ifn?def|if|endif|pragma)\b | \#!
      | (?://|/\*|\*/|<!--|<\?|<!DOCTYPE\b|"{3}|'{3})
      | </?[A-Za-z][\w:-]*(?:\s[^<>]*)?/?>
      | (?:def|class|if|elif|for|while|with|try|except)\b[^.]*:\s*(?:\#.*)?$
      | (?:else|try|finally)\s*:\s*$
      | (?:import|from)\s+[\w.]+(?:\s+import\s.+|\s+as\s+\w+)?;?\s*$
      | (?:public|private|static|const|let|var|function|void|int|char|struct|using|package)\s.*[;{(]\s*$
      | @\w+(?:\(.*\))?\s*$
      | (?:return|yield|raise|throw|assert|print|echo|export)\b.*[;)\]"']\s*$
      | [\w.\[\]"'-]+\s*(?:=|:=|\+=|-=|==)\s*\S.*$
      | [{}\])(]+[;,]?\s*$
      | .*[;{}]\s*$
      | [\w.]+\(.*\)\s*;?\s*$
    )""",
    re.VERBOSE,
)


def pages(flow: Flow) -> frozenset[int]:
    """The pages of which a good part of the lines has the form of a program or of markup."""
    lines: Counter[int] = Counter()
    alike: Counter[int] = Counter()
    for line in flow.lines:
        text = line.text[:400]
        if text.strip():
            lines[line.page] += 1
            alike[line.page] += _LINE.match(text) is not None
    return frozenset(
        page for page, count in lines.items() if alike[page] >= max(_LEAST, _SHARE * count)
    )
