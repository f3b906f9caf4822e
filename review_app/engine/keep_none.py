"""Keeps Python 3.11 alive under PyMuPDF, whose every call that returns nothing loses a reference to ``None``.

Measured on 1.27.2.3 with Python 3.11: reading the order of painting of one page costs about 200 references,
its pictures 100, each line of a text trace one. A fresh process has some 11,000; at 0 the interpreter ends
with "deallocating None". From Python 3.12 on ``None`` is never counted (PEP 683) and nothing is lost.
"""

from __future__ import annotations

import ctypes
import sys

SPARE = 1 << 40
"""References given: at a million lost in a second they last for twelve days, and the counter has 63 bits."""


def keep() -> bool:
    """Gives ``None`` its spare references where they are needed; does so once however often it is called.

    Returns:
        True when ``None`` has them, or needs none.
    """
    if sys.version_info >= (3, 12) or sys.implementation.name != "cpython":
        return True
    if sys.getrefcount(None) >= SPARE // 2:
        return True
    # In CPython 3.11 the counter is the first field of an object. A build that traces references has other
    # fields before it: what is read must be the count that Python itself tells.
    counter = ctypes.c_ssize_t.from_address(id(None))
    if abs(counter.value - sys.getrefcount(None)) > 64:
        return False
    counter.value += SPARE
    return True
