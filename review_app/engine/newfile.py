"""New files that appear whole or not at all."""

from __future__ import annotations

import contextlib
import io
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from review_app.domain.display import shown
from review_app.domain.errors import EnvironmentProblem


class Sink(io.RawIOBase):
    """Keeps the first error of the disk for later: raised inside of qpdf's clean-up it would end the process
    (measured with pikepdf 10.17: std::terminate)."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self._file = file
        self.error: OSError | None = None

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, data: Any, /) -> int:
        """Takes all bytes; after an error they are dropped."""
        if self.error is None:
            try:
                self._file.write(data)
            except OSError as error:
                self.error = error
        return len(data)


@contextlib.contextmanager
def new_file(out: Path) -> Iterator[tuple[BinaryIO, Path]]:
    """A file beside ``out`` that takes its name when the block ends well, and is gone when it does not.

    Raises:
        EnvironmentProblem: the folder is missing or not writable, or the disk is full.
    """
    path: Path | None = None
    try:
        fd, name = tempfile.mkstemp(prefix=".annotated-", suffix=".part", dir=out.parent)
        path = Path(name)
        with os.fdopen(fd, "w+b") as file:
            yield file, path
        path.chmod(0o666 & ~_umask())  # mkstemp gives the owner alone the right to read
        path.replace(out)
        path = None
    except OSError as error:
        raise EnvironmentProblem(
            f"{shown(out.name)} could not be written", why=(error.strerror or type(error).__name__).lower(),
            todo="Free space or choose another folder, then export again",
        ) from None
    finally:
        if path is not None:
            with contextlib.suppress(OSError):
                path.unlink()


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
