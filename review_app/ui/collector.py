"""Keeps Python's garbage collector from stopping a scroll.

When a document with tens of thousands of spans comes in, the collector's next full pass goes over each of
their values: 80 ms in the middle of a scroll (measured with 50,000 spans, tests/bench/page_view.py), five
frames late. The rows are plain values without cycles: they are freed when nobody holds them, collected or
not.
"""

from __future__ import annotations

import gc

MANY = 5_000
"""Rows more or fewer than the last time make it worth while: some 8 ms of a full pass."""

_set_aside = 0


def spare(rows: int) -> None:
    """Tell that so many rows are held from now on: what is alive now is not looked at again.

    Only when the number changed by MANY, so not with each decision: garbage in cycles that is older than a
    moment would stay with what is set aside.
    """
    global _set_aside
    if abs(rows - _set_aside) < MANY:
        return
    _set_aside = rows
    gc.collect(1)
    gc.freeze()
