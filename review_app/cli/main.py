"""The entry point: which command, and the one border where every error becomes an exit code."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, MutableMapping, Sequence
from importlib import import_module

import click

from review_app import __version__
from review_app.cli import streams
from review_app.cli.output import say_error
from review_app.domain.errors import Cancelled, EnvironmentProblem, ReviewError, UsageError
from review_app.review.places import write_crash_file


class Commands(MutableMapping[str, click.Command]):
    """The commands by name, each loaded when it is looked at: the window does not load the others, which
    bring half as much again as it needs itself (rich, the ways to write and to attack files)."""

    def __init__(self) -> None:
        self._modules = {
            "open": "window", "process": "process", "scan": "scan", "annotate": "annotate",
            "redact": "redact", "verify": "verify", "log": "log", "codes": "codes", "doctor": "doctor",
            "overview": "overview",
        }
        self._loaded: dict[str, click.Command] = {}

    def __getitem__(self, name: str) -> click.Command:
        if name not in self._loaded:
            module = import_module(f"review_app.cli.{self._modules[name]}")
            self._loaded[name] = getattr(module, "open_window" if name == "open" else name)
        return self._loaded[name]

    def __setitem__(self, name: str, command: click.Command) -> None:
        self._modules[name], self._loaded[name] = "", command

    def __delitem__(self, name: str) -> None:
        del self._modules[name]
        self._loaded.pop(name, None)

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def __len__(self) -> int:
        return len(self._modules)

    def __contains__(self, name: object) -> bool:
        return name in self._modules


@click.group(
    commands=Commands(),
    help="Review released government documents: find what was withheld, record who decided, export.",
    epilog="Without a command, FILE... are opened in the window.  Example: review-app memo.pdf",
    invoke_without_command=True,
)
@click.version_option(__version__, prog_name="review-app")
def review_app() -> None:
    """The group itself does nothing."""


_OWN_OPTIONS = {"--help", "--version"}
_LATER = {"compare", "report", "case"}
"""Commands that other programs may come to rely on but that this version does not have. They are not taken
for files, or a script would open a window."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code. No input produces a traceback."""
    args = list(sys.argv[1:] if argv is None else argv)
    if args and args[0] in _LATER:
        say_error(UsageError(
            f"This version has no command {args[0]}", todo=f"To open a file of that name: open {args[0]}"
        ))
        return UsageError.exit_code
    if not args or (args[0] not in review_app.commands and args[0] not in _OWN_OPTIONS):
        args.insert(0, "open")  # ``review-app memo.pdf`` opens the window on it
    streams.make_ready()
    try:
        return _run(args)
    finally:
        streams.settle()


def _run(args: list[str]) -> int:
    try:
        code = review_app.main(args, prog_name="review-app", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        with contextlib.suppress(OSError):  # nobody hears it; the exit code still says it
            error.show()
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        say_error(Cancelled("Stopped"))
        return Cancelled.exit_code
    except ReviewError as error:
        say_error(error)
        return error.exit_code
    except (SystemExit, BrokenPipeError):
        # The reader of our output went away (``| head``); click ends so, and only so. Nothing is lost.
        return 0
    except Exception as error:  # noqa: BLE001 - the border of the command line: a defect becomes a crash file
        if isinstance(error, FileNotFoundError) and not _has_folder():
            gone = EnvironmentProblem(
                "The current folder was removed", why="a relative path leads nowhere",
                todo="Change to a folder that is there",
            )
            say_error(gone)
            return gone.exit_code
        path = write_crash_file(error)
        where = f"A crash file without any document text was written: {path}" if path else ""
        say_error(ReviewError(
            f"This is a defect of Review App ({type(error).__name__})", why="the command did not finish",
            todo=where or "Please report what you did",
        ))
        return 1


def _has_folder() -> bool:
    try:
        os.getcwd()  # noqa: PTH109 - Path.cwd says the same
    except OSError:
        return False
    return True
