"""Reads content block by block, and verifies each block against its CID."""

from collections.abc import AsyncGenerator

from .._core.fetching import BLOCK, Ask
from .._core.gateways import url_on
from .._core.matching import not_the_content
from .._dag.reading import BadBlock, UnixFs, is_block_of, read_block, slot_of
from .._io.in_tasks.waits import run
from .._io.intake import Intake
from ..cid import CID, IDENTITY, RAW
from ..errors import InvalidInputError, NotFoundError
from ..inputs import check_file_name
from .fetcher import AsyncFetcher, AsyncPump

__all__ = ["AsyncBlocks"]

# No IPFS implementation transfers larger blocks.
MAX_BLOCK = 4 * 1024 * 1024
SLOT_LENGTH = 2


class AsyncBlocks:
    """Reads blocks from a gateway.

    Args:
        fetcher: Fetches from the gateway.
        gateway: The URL of the gateway.
    """

    def __init__(self, fetcher: AsyncFetcher, gateway: str) -> None:
        self._fetcher = fetcher
        self._gateway = gateway

    async def node(self, cid: CID) -> UnixFs:
        """Fetch, verify and decode a block.

        Raises:
            IntegrityError: The gateway sent something else, or the block is not part of a file or
                directory.
            PinarkiveError: The block cannot be fetched.
        """
        if cid.hash_code == IDENTITY:
            block = cid.digest
        else:
            intake = Intake()
            url = f"{url_on(self._gateway, str(cid), None)}?format=raw"
            ask = Ask(url, BLOCK, at_most=MAX_BLOCK)
            await self._fetcher.get(ask, AsyncPump(intake), lambda _: None)
            block = intake.content()
        try:
            if is_block_of(cid, block):
                return read_block(cid, block)
            problem = "the block has another hash"
        except BadBlock as error:
            problem = str(error)
        raise not_the_content(cid, problem)

    async def at(self, root: CID, path: str) -> CID:
        """Return the CID of the file or directory at a path in a directory.

        Raises:
            NotFoundError: The directory has no such path.
            IntegrityError: As for `node`.
        """
        found = root
        for name in path.split("/"):
            node = await self.node(found)
            below = await self._entry(node, name.encode())
            if below is None:
                raise NotFoundError(404, f"there is no {name!r} in {found}: check the path")
            found = below
        return found

    async def _entry(self, node: UnixFs, name: bytes) -> CID | None:
        depth = 0
        while node.kind == "shard":
            slot = slot_of(name, depth)
            links = {link.name: link.cid for link in node.links}
            if slot + name in links:
                return links[slot + name]
            if slot not in links:
                return None
            node = await self.node(links[slot])
            depth += 1
        if node.kind != "directory":
            return None
        return next((link.cid for link in node.links if link.name == name), None)

    async def entries(self, node: UnixFs) -> AsyncGenerator[tuple[str, CID], None]:
        """Yield the entries of a directory, whose names are safe to write to disk.

        Raises:
            InvalidInputError: A name is not safe.
            IntegrityError: As for `node`.
        """
        pending = [node]
        while pending:
            node = pending.pop()
            for link in node.links:
                name = link.name
                if node.kind == "shard":
                    if len(name) == SLOT_LENGTH:
                        below = await self.node(link.cid)
                        if below.kind != "shard":
                            raise not_the_content(link.cid, "it is not part of a directory")
                        pending.append(below)
                        continue
                    name = name[SLOT_LENGTH:]
                yield safe_name(name), link.cid

    async def check_file(self, cid: CID, intake: Intake) -> None:
        """Compare the bytes of a file with its blocks, from the first to the last.

        Raises:
            IntegrityError: The bytes are not what the CID names.
            PinarkiveError: A block cannot be fetched.
        """
        place = 0
        pending: list[tuple[CID, int | None]] = [(cid, None)]
        while pending:
            cid, size = pending.pop()
            if cid.codec == RAW and size is not None:
                # A raw block is nothing but the bytes, so it need not be fetched.
                data = await run(lambda part: intake.read(*part), (place, min(size, MAX_BLOCK)))
                if len(data) != size or not is_block_of(cid, data):
                    raise not_the_content(cid, f"the bytes from {place:,} on have another hash")
                place += size
                continue
            node = await self.node(cid)
            if node.kind != "file" or (size is not None and node.size != size):
                raise not_the_content(cid, "it is not the part of a file that its parent names")
            data = await run(lambda part: intake.read(*part), (place, len(node.data)))
            if data != node.data:
                raise not_the_content(cid, f"the bytes from {place:,} on differ")
            place += len(data)
            below = zip((link.cid for link in node.links), node.sizes, strict=True)
            pending.extend(reversed(list(below)))
        if place != intake.size:
            raise not_the_content(cid, f"it has {place:,} bytes, but {intake.size:,} arrived")


def safe_name(name: bytes) -> str:
    """Return the name of a directory entry, or raise `InvalidInputError`."""
    try:
        return check_file_name(name.decode())
    except ValueError as error:
        problem = str(error)
    raise InvalidInputError(f"cid: an entry of the directory cannot be written: {problem}", "cid")
