"""Shows the account's profile and its log."""

from typing import Annotated

import typer

from pinarkive import LogEntry

from .options import AllOfThem, AsJson, KeyFile, Limit, connect
from .output import Column, fields, print_json, print_listing, print_rows

__all__ = ["logs", "me"]

ENTRY: tuple[Column[LogEntry], ...] = (
    Column("WHEN", lambda entry: entry.created_at),
    Column("TYPE", lambda entry: entry.type),
    Column("ACTION", lambda entry: entry.action, least=16),
    Column("SOURCE", lambda entry: entry.source),
    Column("IP", lambda entry: entry.ip),
    Column("DETAILS", lambda entry: entry.details, least=12),
)
FACT: tuple[Column[tuple[str, object]], ...] = (
    Column("", lambda fact: fact[0]),
    Column("", lambda fact: fact[1], least=12),
)


def me(as_json: AsJson = False, key_file: KeyFile = None) -> None:
    """Show the account that the credential belongs to."""
    with connect(key_file) as client:
        user = client.users.me()
    if as_json:
        print_json(fields(user))
        return
    facts: tuple[tuple[str, object], ...] = (
        ("email", user.email),
        ("name", " ".join(part for part in (user.name, user.last_name) if part) or user.username),
        ("plan", user.plan and (user.plan.name or user.plan.code)),
        ("used", user.used_storage),
        ("limit", user.storage_limit),
        ("two-factor", user.two_factor_enabled),
        ("since", user.created_at),
    )
    print_rows([fact for fact in facts if fact[1] is not None], FACT)


def logs(
    limit: Limit = 20,
    all_of_them: AllOfThem = False,
    kind: Annotated[
        str | None, typer.Option("--type", help="Show only INFO, WARNING or CRITICAL.")
    ] = None,
    action: Annotated[str | None, typer.Option(help="Show only this action.")] = None,
    source: Annotated[
        str | None, typer.Option(help="Show only this source, such as WEB, API or JWT.")
    ] = None,
    as_json: AsJson = False,
    key_file: KeyFile = None,
) -> None:
    """Show the account's activity log."""
    with connect(key_file) as client:
        entries = client.users.iter_logs(type=kind, action=action, source=source)
        print_listing(entries, ENTRY, None if all_of_them else limit, as_json=as_json)
