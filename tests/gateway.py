"""A gateway of IPFS on a real socket: it serves files and raw blocks, and fails as it is told."""

import re
import socket
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import ClassVar, Self
from urllib.parse import unquote, urlsplit

from pinarkive._dag.blocks import (
    Link,
    Node,
    Profile,
    branch_block,
    directory_block,
    leaf,
    leaf_frame,
    node_of,
)
from pinarkive._dag.shards import hashed, shard_blocks
from pinarkive.cid import CID, RAW

__all__ = ["Fault", "FaultyGateway"]


@dataclass(frozen=True)
class Fault:
    """What is wrong with one answer with a file's bytes."""

    cut: int | None = None
    """After so many bytes of the body the connection is closed."""
    flip: int | None = None
    """The byte at this place of the content is another."""
    longer: int = 0
    """So many bytes more are promised than there are."""
    ignores_range: bool = False
    etag: str | None = '"same"'
    chunked: bool = False
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes | None = None
    """Another body, with `status`."""
    stalls: bool = False
    """After `cut` bytes nothing comes any more."""


GOOD = Fault()


class FaultyGateway:
    """The gateway, on a free port of the loopback, while its `with` block lasts."""

    def __init__(self, *faults: Fault, gives_blocks: bool = True) -> None:
        self.faults = list(faults)
        """What is wrong with the next answers with files, in order."""
        self.gives_blocks = gives_blocks
        self.blocks: dict[str, bytes] = {}
        self.files: dict[str, bytes] = {}
        """Contents by their path below `/ipfs/`."""
        self.seen: list[tuple[str, dict[str, str]]] = []
        """The requests: path with query, and the headers by name in lower case."""
        self.ended = threading.Event()
        gateway = self

        class Handler(GatewayHandler):
            world: ClassVar[FaultyGateway] = gateway

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            block_on_close = False

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.ended.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def asked_for_files(self) -> list[dict[str, str]]:
        """The headers of the requests for files, and not for blocks."""
        return [headers for path, headers in self.seen if "format=raw" not in path]

    def add_file(
        self, data: bytes, *, profile: Profile = "kubo-v1", chunk: int = 262_144, width: int = 174
    ) -> Node:
        """Hold a file, in chunks of such a size, and return its node."""
        nodes: list[Node] = []
        for start in range(0, max(len(data), 1), chunk):
            part = data[start : start + chunk]
            before, after = (b"", b"") if profile == "kubo-v1" else leaf_frame(len(part))
            block = before + part + after
            nodes.append(self._hold(leaf(CID.of(RAW, block).digest, len(part), profile), block))
        while len(nodes) > 1:
            nodes = [
                self._add_branch(nodes[start : start + width], profile)
                for start in range(0, len(nodes), width)
            ]
        self.files[str(nodes[0].cid)] = data
        return nodes[0]

    def add_directory(self, entries: Mapping[str, Node], *, sharded: bool = False) -> Node:
        """Hold a directory, and return its node."""
        links = sorted((name.encode(), node) for name, node in entries.items())
        if sharded:
            held = [self._hold(*each) for each in shard_blocks(hashed(links), "kubo-v1")]
            return held[-1]
        return self.add_links(links)

    def add_links(self, links: Sequence[Link]) -> Node:
        """Hold a directory of just these links, and return its node."""
        return self.add_block(directory_block(links), links)

    def add_block(self, block: bytes, links: Sequence[Link] = ()) -> Node:
        """Hold a block of dag-pb, and return its node."""
        return self._hold(node_of(links, block, "kubo-v1"), block)

    def _add_branch(self, nodes: Sequence[Node], profile: Profile) -> Node:
        block = branch_block(nodes)
        return self._hold(node_of([(b"", node) for node in nodes], block, profile), block)

    def _hold(self, node: Node, block: bytes) -> Node:
        self.blocks[str(node.cid)] = block
        return node


class GatewayHandler(BaseHTTPRequestHandler):
    """Answers one connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    world: ClassVar[FaultyGateway]

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # as it is called
        """Say nothing."""

    def do_GET(self) -> None:
        """Answer with a block, a file or a fault."""
        world = self.world
        headers = {name.lower(): value for name, value in self.headers.items()}
        world.seen.append((self.path, headers))
        parts = urlsplit(self.path)
        name = unquote(parts.path.removeprefix("/ipfs/"))
        if parts.query == "format=raw" and world.gives_blocks:
            block = world.blocks.get(name)
            self._answer(404 if block is None else 200, block or b"no such block", {})
            return
        fault = world.faults.pop(0) if world.faults else GOOD
        data = world.files.get(name)
        if fault.body is not None:
            self._answer(fault.status, fault.body, fault.headers)
        elif data is None:
            self._answer(404, b"ipfs: no such content", {"Content-Type": "text/plain"})
        else:
            self._send_file(data, fault, headers)

    def _answer(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _send_file(self, data: bytes, fault: Fault, headers: Mapping[str, str]) -> None:
        start = self._start(fault, headers)
        if start is not None and start >= len(data):
            self._answer(416, b"", {"Content-Range": f"bytes */{len(data)}"})
            return
        self.send_response(200 if start is None else 206)
        changed = bytearray(data)
        if fault.flip is not None:
            changed[fault.flip] ^= 1
        body = bytes(changed[start or 0 :])
        if start is not None:
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        if fault.etag is not None:
            self.send_header("ETag", fault.etag)
        if fault.chunked:
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Content-Length", str(len(body) + fault.longer))
        self.end_headers()
        sent = body if fault.cut is None else body[: fault.cut]
        self.wfile.write(b"%x\r\n%b\r\n" % (len(sent), sent) if fault.chunked else sent)
        if fault.stalls:
            self.world.ended.wait(30)
        if len(sent) < len(body) or fault.longer:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
        elif fault.chunked:
            self.wfile.write(b"0\r\n\r\n")

    def _start(self, fault: Fault, headers: Mapping[str, str]) -> int | None:
        asked = re.fullmatch(r"bytes=(\d+)-", headers.get("range", ""))
        if asked is None or fault.ignores_range:
            return None
        if headers.get("if-range", fault.etag) != fault.etag:
            return None
        return int(asked[1])
