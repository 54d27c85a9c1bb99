"""Pins content, and lists, checks and removes what the account has."""

from typing import Annotated

import typer

from pinarkive import PeerStatus, UploadRecord

from .errors import Attempts
from .options import (
    AllOfThem,
    AsJson,
    Cluster,
    KeyFile,
    Limit,
    Timelock,
    Wait,
    WaitSeconds,
    connect,
    until,
)
from .output import Column, fields, print_json, print_line, print_listing, print_rows
from .progress import Bar

__all__ = ["ls", "pin", "rm", "status"]

Cids = Annotated[list[str], typer.Argument(metavar="CID...", help="CIDs.")]

RECORD: tuple[Column[UploadRecord], ...] = (
    Column("CID", lambda record: record.cid),
    Column("NAME", lambda record: record.name, least=12),
    Column("SIZE", lambda record: record.size),
    Column("CREATED", lambda record: record.created_at),
    Column("EXPIRES", lambda record: record.expires_at),
    Column("CLUSTER", lambda record: record.cluster_id),
)
PEER: tuple[Column[PeerStatus], ...] = (
    Column("PEER", lambda peer: peer.name or peer.id, least=16),
    Column("STATUS", lambda peer: peer.status),
    Column("ERROR", lambda peer: peer.error, least=12),
)


def pin(
    cids: Cids,
    name: Annotated[str | None, typer.Option(help="Show it under this name.")] = None,
    timelock: Timelock = None,
    cluster: Cluster = None,
    wait: Wait = False,
    wait_timeout: WaitSeconds = 300,
    as_json: AsJson = False,
    key_file: KeyFile = None,
) -> None:
    """Pin content that is already on IPFS, and print the accepted CIDs."""
    ends = until(timelock)
    with connect(key_file) as client, Bar(has_bytes=False) as bar:
        attempts = Attempts(bar)
        for cid in cids:
            with attempts.each(cid):
                answer = client.files.pin(cid, custom_name=name, cluster_id=cluster, timelock=ends)
                with bar.hidden():
                    if as_json:
                        print_json(fields(answer))
                    else:
                        print_line(answer.cid)
                if wait:
                    bar.show_waiting(cid)
                    client.status.wait_until_pinned(
                        cid, cluster_id=answer.cluster_id or cluster, timeout=wait_timeout
                    )
    attempts.end()


def rm(cids: Cids, as_json: AsJson = False, key_file: KeyFile = None) -> None:
    """Unpin content, remove it from the account, and print the removed CIDs."""
    attempts = Attempts()
    with connect(key_file) as client:
        for cid in cids:
            with attempts.each(cid):
                answer = client.files.remove(cid)
                if as_json:
                    print_json(fields(answer))
                elif answer.removed:
                    print_line(answer.cid)
    attempts.end()


def ls(
    limit: Limit = 20,
    all_of_them: AllOfThem = False,
    cid: Annotated[str | None, typer.Option(help="Show only this CID.")] = None,
    temporary: Annotated[
        bool | None,
        typer.Option(
            "--temporary/--permanent", help="Show only pins with, or without, a timelock."
        ),
    ] = None,
    as_json: AsJson = False,
    key_file: KeyFile = None,
) -> None:
    """List the account's uploads and pins."""
    with connect(key_file) as client:
        records = client.users.iter_uploads(cid=cid, has_expiration=temporary)
        print_listing(records, RECORD, None if all_of_them else limit, as_json=as_json)


def status(
    cid: Annotated[str, typer.Argument(metavar="CID")],
    cluster: Cluster = None,
    wait: Wait = False,
    wait_timeout: WaitSeconds = 300,
    as_json: AsJson = False,
    key_file: KeyFile = None,
) -> None:
    """Show the state of a pin on each peer."""
    with connect(key_file) as client, Bar(has_bytes=False) as bar:
        if wait:
            bar.show_waiting(cid)
            found = client.status.wait_until_pinned(cid, cluster_id=cluster, timeout=wait_timeout)
        else:
            found = client.status.get(cid, cluster_id=cluster)
    if as_json:
        print_json({**fields(found), "is_pinned": found.is_pinned, "is_pending": found.is_pending})
        return
    if found.is_pinned:
        print_line("pinned")
    else:
        print_line("pending" if found.is_pending else found.status or "unknown")
    print_rows(found.peers, PEER)
