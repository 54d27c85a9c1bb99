"""API tokens: made, listed and revoked."""

import sys
from collections.abc import Callable
from typing import Annotated, TypeVar

import typer

from pinarkive import InvalidInputError, TokenInfo, TwoFactorRequiredError
from pinarkive.scopes import FILES, READ_ONLY, UPLOADER

from .options import STDIN, AsJson, KeyFile, connect
from .output import Column, fields, print_json, print_line, print_listing, print_note

__all__ = ["app"]

R = TypeVar("R")

SETS = {"read-only": READ_ONLY, "uploader": UPLOADER, "files": FILES}

TOKEN: tuple[Column[TokenInfo], ...] = (
    Column("NAME", lambda token: token.name, least=12),
    Column("SCOPES", lambda token: " ".join(token.scopes), least=16),
    Column("EXPIRES", lambda token: token.expires_at),
    Column("LAST USED", lambda token: token.last_used_at),
    Column("CREATED", lambda token: token.created_at),
    Column("LABEL", lambda token: token.label, least=8),
)

app: typer.Typer = typer.Typer(no_args_is_help=True, help="Make, list and revoke API tokens.")

Totp = Annotated[
    bool,
    typer.Option(
        "--totp",
        help="Ask for the code of the authenticator: in the terminal, or else the first line of "
        "standard input.",
    ),
]


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="Its name, by which it is revoked.")],
    scope: Annotated[
        list[str] | None,
        typer.Option(
            help=f"What it may do, such as files:read, or a set: {', '.join(SETS)}. May be "
            "repeated. Left out, it can only read the profile and the list of uploads."
        ),
    ] = None,
    days: Annotated[
        int | None, typer.Option(min=1, help="After how many days it stops working.")
    ] = None,
    label: Annotated[str | None, typer.Option(help="What it is for, for people.")] = None,
    totp: Totp = False,
    as_json: AsJson = False,
    key_file: KeyFile = None,
) -> None:
    """Make an API token; print its secret, which is shown this once."""
    scopes = {each for wanted in scope or () for each in SETS.get(wanted, [wanted])}
    with connect(key_file) as client:
        token = with_code(
            lambda code: client.tokens.generate(
                name,
                label=label,
                expires_in_days=days,
                scopes=scopes or None,
                totp_code=code,
            ),
            totp,
            key_file,
        )
    if as_json:
        print_json(fields(token))
        return
    print_line(token.token)
    may = ", ".join(sorted(token.scopes))
    print_note(f"The token {name} has {may}. Keep it: it is not shown again.")


@app.command("list")
def list_tokens(as_json: AsJson = False, key_file: KeyFile = None) -> None:
    """List the account's API tokens, without their secrets."""
    with connect(key_file) as client:
        print_listing(client.tokens.list().tokens, TOKEN, None, as_json=as_json)


@app.command()
def revoke(
    name: Annotated[str, typer.Argument(help="The token's name.")],
    totp: Totp = False,
    key_file: KeyFile = None,
) -> None:
    """End an API token."""
    with connect(key_file) as client:
        with_code(lambda code: client.tokens.revoke(name, totp_code=code), totp, key_file)


def with_code(call: Callable[[str | None], R], wanted: bool, key_file: str | None) -> R:
    """Make a call that may need a code of the authenticator, and ask for one if it does."""
    if wanted:
        return call(read_code(key_file))
    try:
        return call(None)
    except TwoFactorRequiredError:
        if not sys.stdin.isatty():
            raise
    return call(read_code(key_file))


def read_code(key_file: str | None) -> str:
    """Return the code that the user enters, or that is on standard input."""
    if key_file == STDIN:
        raise InvalidInputError("--totp and --api-key-file - both read standard input; give a file")
    if sys.stdin.isatty():
        code: str = typer.prompt("Code of the authenticator", hide_input=True, err=True)
        return code.strip()
    return sys.stdin.readline().strip()
