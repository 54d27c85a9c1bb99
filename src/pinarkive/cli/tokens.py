"""Creates, lists and revokes API tokens."""

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

app: typer.Typer = typer.Typer(no_args_is_help=True, help="Create, list and revoke API tokens.")

Totp = Annotated[
    bool,
    typer.Option(
        "--totp",
        help="Give a code of your authenticator app: the command asks for it in a terminal, and "
        "reads it from standard input elsewhere.",
    ),
]


@app.command()
def create(
    name: Annotated[
        str, typer.Argument(help="A unique name, which is needed to revoke the token.")
    ],
    scope: Annotated[
        list[str] | None,
        typer.Option(
            help=f"A scope such as files:read, or a set of them: {', '.join(SETS)}. Repeatable. "
            "Without it, the token can only read the profile and the list of uploads."
        ),
    ] = None,
    days: Annotated[
        int | None, typer.Option(min=1, help="Let it expire after this many days.")
    ] = None,
    label: Annotated[str | None, typer.Option(help="A note on what it is for.")] = None,
    totp: Totp = False,
    as_json: AsJson = False,
    key_file: KeyFile = None,
) -> None:
    """Create an API token and print its secret, which is shown only once."""
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
    print_note(f"The token {name} has the scopes {may}. Keep it safe: it is not shown again.")


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
    """Revoke an API token."""
    with connect(key_file) as client:
        with_code(lambda code: client.tokens.revoke(name, totp_code=code), totp, key_file)


def with_code(call: Callable[[str | None], R], wanted: bool, key_file: str | None) -> R:
    """Make a call, with a code of the authenticator app if one is wanted or required."""
    if wanted:
        return call(read_code(key_file))
    try:
        return call(None)
    except TwoFactorRequiredError:
        if not sys.stdin.isatty():
            raise
    return call(read_code(key_file))


def read_code(key_file: str | None) -> str:
    """Read a code from the terminal, or else from standard input."""
    if key_file == STDIN:
        raise InvalidInputError(
            "--totp and --api-key-file - cannot both read standard input; give a file"
        )
    if sys.stdin.isatty():
        code: str = typer.prompt("Code of your authenticator app", hide_input=True, err=True)
        return code.strip()
    return sys.stdin.readline().strip()
