"""The command as a whole: its subcommands, and how it begins and ends."""

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
from .errors import EXPECTED, GENERAL, INTERRUPTED, exit_status, report

__all__ = ["app", "run"]

app: typer.Typer = typer.Typer(
    name="pinarkive",
    help="Upload files and folders to IPFS with PinArkive, pin them, and bring them back.",
    epilog="Credentials come from PINARKIVE_API_KEY or PINARKIVE_TOKEN, or with --api-key-file.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def show_version(wanted: bool) -> None:
    """Print the version and end, if that is wanted."""
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
    """Take the options of the command itself."""


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
    """Run a local PinArkive, for tests and for trying things out."""
    try:
        from pinarkive.sandbox.__main__ import main
    except ImportError as error:
        report(error)
        raise typer.Exit(GENERAL) from None
    raise typer.Exit(main(context.args, "pinarkive sandbox"))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command with some arguments, or those of the process; return its exit status."""
    if sys.__stdout__ is None:
        print("pinarkive: standard output is closed, so there is nowhere to print", file=sys.stderr)
        return GENERAL
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # What the encoding of the terminal lacks must not end the command.
            stream.reconfigure(errors="backslashreplace")
    # As after an interruption: what is half written is removed, and the terminal left in order.
    signal.signal(signal.SIGTERM, end)
    try:
        try:
            app(arguments, prog_name="pinarkive")
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        # Whoever was reading has enough. Python must not try again when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return GENERAL
    except KeyboardInterrupt:
        return INTERRUPTED
    except EXPECTED as error:
        report(error)
        return exit_status(error)
    return 0


def end(number: int, _frame: FrameType | None) -> NoReturn:
    """End the command because of a signal."""
    raise SystemExit(128 + number)
