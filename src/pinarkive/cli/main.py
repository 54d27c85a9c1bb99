"""Puts the subcommands together, and starts and ends the command."""

import io
import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import Annotated, NoReturn

import typer

from pinarkive import __version__

from . import account, files, pins, tokens
from .errors import EXPECTED, GENERAL, exit_status, report

__all__ = ["app", "run"]

# The statuses after Ctrl-C and SIGTERM.
STOPPED = (128 + signal.SIGINT, 128 + signal.SIGTERM)

app: typer.Typer = typer.Typer(
    name="pinarkive",
    help="Upload files and folders to IPFS with PinArkive, pin them, and download them.",
    epilog="Set PINARKIVE_API_KEY or PINARKIVE_TOKEN, or use --api-key-file.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def show_version(wanted: bool) -> None:
    """Print the version and exit."""
    if wanted:
        print(f"pinarkive {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool,
        typer.Option("--version", callback=show_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Take the options that come before a subcommand."""


app.command()(files.upload)
app.command()(files.get)
app.command()(files.cid)
app.command()(files.link)
app.command()(pins.pin)
app.command()(pins.status)
app.command()(pins.ls)
app.command()(pins.rm)
app.command()(account.me)
app.command()(account.logs)
app.add_typer(tokens.app, name="token")


@app.command(
    add_help_option=False,
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
)
def sandbox(context: typer.Context) -> None:
    """Run a local PinArkive for tests and experiments."""
    try:
        from pinarkive.sandbox.__main__ import main
    except ImportError as error:
        report(error)
        raise typer.Exit(GENERAL) from None
    raise typer.Exit(main(context.args, "pinarkive sandbox"))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command, by default with the arguments of the process; return its exit status."""
    if sys.__stdout__ is None:
        print("pinarkive: standard output is closed", file=sys.stderr)
        return GENERAL
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A character that the encoding lacks must not stop the command.
            stream.reconfigure(errors="backslashreplace")
    # Clean up as after Ctrl-C: remove partial files, and restore the terminal.
    signal.signal(signal.SIGTERM, end)
    try:
        try:
            app(arguments, prog_name="pinarkive")
        finally:
            sys.stdout.flush()
    except SystemExit as ended:
        if ended.code in STOPPED:
            # Everything is cleaned up. Python would now wait for all threads, and forever for one
            # that was just being started when the signal came.
            sys.stderr.flush()
            os._exit(ended.code)
        raise
    except BrokenPipeError:
        # The reader has seen enough. Keep Python from flushing again, and complaining, at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return GENERAL
    except EXPECTED as error:
        report(error)
        return exit_status(error)
    return 0


def end(number: int, _frame: FrameType | None) -> NoReturn:
    """Exit on a signal, with the status that shells give it."""
    raise SystemExit(128 + number)
