"""The order in which Tab goes: that of reading, whatever the order in which widgets were made."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtWidgets import QWidget


def in_order(*stops: QWidget) -> None:
    """Let Tab go from each of these to the next one."""
    for first, second in pairwise(stops):
        QWidget.setTabOrder(first, second)
