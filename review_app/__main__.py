"""``python -m review_app`` and the command ``review-app``.

Nothing is imported here that takes time: Ctrl-C must end the program in good order from its first moment.
"""

from __future__ import annotations

import os
import signal
from types import FrameType

STOPPED = 130


def main() -> int:
    """Run one command and return its exit code."""
    # A shell that starts us in the background wants SIGINT ignored; that stays.
    follows = signal.getsignal(signal.SIGINT) is not signal.SIG_IGN
    if follows:
        signal.signal(signal.SIGINT, _stop)
    from review_app.cli.main import main as run

    try:
        if follows:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        code = run()
        if follows:
            signal.signal(signal.SIGINT, _stop)
        return code
    except KeyboardInterrupt:  # between two lines of this function
        return STOPPED


def _stop(number: int, frame: FrameType | None) -> None:
    """Nothing has begun yet, or all is done: there is nothing to put in order."""
    os._exit(STOPPED)


if __name__ == "__main__":
    raise SystemExit(main())
