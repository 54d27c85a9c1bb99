"""Every line of the page "What can be uploaded" runs, and what it uploads is there."""

import ast
import asyncio
import functools
import gzip
import http.server
import inspect
import re
import sys
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from importlib import import_module
from io import BytesIO
from pathlib import Path
from types import CodeType
from typing import Any
from urllib.parse import quote

import httpx
import numpy
import pytest
from starlette.datastructures import FormData
from starlette.requests import Request

from pinarkive import AsyncPinarkiveClient, DirectoryUpload, PinarkiveClient, Progress, Upload
from pinarkive.sandbox import Sandbox

# Libraries that do not tell their types.
fsspec: Any = import_module("fsspec")
botocore_session: Any = import_module("botocore.session")
botocore_response: Any = import_module("botocore.response")
botocore_stub: Any = import_module("botocore.stub")

PAGE = (Path(__file__).parents[2] / "docs/guides/uploads.md").read_text()
BEFORE = PAGE.partition("```python\n")[2].partition("```")[0]
ROWS = [
    match.groups()
    for line in PAGE.splitlines()
    if (match := re.fullmatch(r"\| (.+?) \| `(.*client.*)` \| (.+?) \|", line))
]
FILES = [row for row in ROWS if row[2] in {"exact", "chunked"}]
FOLDERS = [row for row in ROWS if row not in FILES]

# What the files of the page hold: several pieces of each kind, and a beginning that one row skips.
REPORT = b"%PDF-" + bytes(range(256)) * 3000
CSV = b"id,name\n1,Ada\n"
OTHERS: dict[str, bytes] = {
    "bytes": b"content",
    "bytearray": b"content",
    "memoryview": b"tent",
    "a numpy array": numpy.arange(1000).tobytes(),
    "array.array": numpy.array([1.5, 2.5]).tobytes(),
    "io.BytesIO": b"content",
    "the rest of an open file": REPORT[5:],
    "a temporary file": b"content",
    "a named temporary file": b"content",
    "a spooled temporary file": b"content",
    "a system file": Path("/proc/version").read_bytes(),
    "a generator": CSV,
    "an async generator": CSV,
    "any iterator": b"a\nb\n",
    "a list of bytes": b"a\nb\n",
}
SITE = {name: name.encode() for name in ("index.html", "docs/a.html", "docs/b.tmp", ".git/HEAD")}
ANYWHERE = {"a.pdf": REPORT, "b.txt": b"content", "c/rows.csv": CSV}


def expected(what: str) -> bytes:
    """Return what a row uploads; most have the report."""
    plain = what.replace("`", "")
    return next((held for name, held in OTHERS.items() if plain.startswith(name)), REPORT)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the files of which the page tells."""
    folder = tmp_path_factory.mktemp("page")
    report = folder / "report.pdf"
    report.write_bytes(REPORT)
    with gzip.open(folder / "report.pdf.gz", "wb") as packed:
        packed.write(REPORT)
    with zipfile.ZipFile(folder / "reports.zip", "w") as archive:
        archive.write(report, "report.pdf")
    with tarfile.open(folder / "reports.tar", "w") as tape:
        tape.add(report, "report.pdf")
    with fsspec.open("memory://report.pdf", "wb") as remote:
        remote.write(REPORT)
    for name, content in SITE.items():
        (folder / "site" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "site" / name).write_bytes(content)
    return folder


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves a folder and says nothing of it."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base's name
        pass


@pytest.fixture(scope="module")
def web(folder: Path) -> Iterator[str]:
    """Give the address under which the files can be fetched."""
    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def bucket() -> object:
    """Return a client of S3 that answers with the report."""
    session = botocore_session.get_session()
    made = session.create_client(
        "s3", region_name="eu-west-1", aws_access_key_id="a", aws_secret_access_key="b"
    )
    stub = botocore_stub.Stubber(made)
    body = botocore_response.StreamingBody(BytesIO(REPORT), len(REPORT))
    stub.add_response("get_object", {"Body": body}, {"Bucket": "reports", "Key": "report.pdf"})
    stub.activate()
    return made


async def form() -> FormData:
    """Return a form with the report, as Starlette reads it."""
    request = httpx.Request(
        "POST", "http://service/", files={"file": ("report.pdf", BytesIO(REPORT))}
    )
    body = request.read()

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    headers = [(name.lower(), value) for name, value in request.headers.raw]
    read: FormData = await Request({"type": "http", "headers": headers}, receive).form()
    return read


def compiled(line: str) -> CodeType:
    """Return a line that may have an `await` on top."""
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    code: CodeType = compile(line, "docs/guides/uploads.md", "exec", flags=flags, dont_inherit=True)
    return code


class Recorder:
    """Takes the place of a client's `send`, and keeps what came of it."""

    def __init__(self) -> None:
        self.uploads: list[Any] = []
        self.totals: set[int | None] = set()

    def see(self, progress: Progress) -> None:
        """Take down the length that was known."""
        self.totals.add(progress.total)


async def run_async(line: str, names: dict[str, Any], sandbox: Sandbox) -> Recorder:
    """Run a line with the async client, and return what came of it."""
    found = Recorder()
    given = await form()
    async with AsyncPinarkiveClient(api_key=sandbox.api_key, base_url=sandbox.base_url) as client:
        send = client.send

        async def record(request: Any, **options: Any) -> Any:
            options["on_progress"] = found.see
            found.uploads.append(await send(request, **options))
            return found.uploads[-1]

        setattr(client, "send", record)  # noqa: B010  # a method
        names |= {"client": client, "form": given}
        done = eval(compiled(line), names)  # noqa: S307  # a line of our own page
        assert inspect.iscoroutine(done)
        await done
    await given.close()
    return found


def run_sync(line: str, names: dict[str, Any], sandbox: Sandbox) -> Recorder:
    """Run a line with the sync client, and return what came of it."""
    found = Recorder()
    given = asyncio.run(form())
    with PinarkiveClient(api_key=sandbox.api_key, base_url=sandbox.base_url) as client:
        send = client.send

        def record(request: Any, **options: Any) -> Any:
            options["on_progress"] = found.see
            found.uploads.append(send(request, **options))
            return found.uploads[-1]

        setattr(client, "send", record)  # noqa: B010  # a method
        names |= {"client": client, "form": given}
        exec(compiled(line), names)  # noqa: S102  # a line of our own page
    asyncio.run(given.close())
    return found


def run(line: str, kind: str, sandbox: Sandbox, web: str) -> Recorder:
    """Run a line behind what stands before the tables."""
    names: dict[str, Any] = {}
    # The client of the page is made by its reader's environment.
    exec(compiled(BEFORE.replace("client = PinarkiveClient()", "")), names)  # noqa: S102
    names["s3"] = bucket()
    line = line.replace("https://example.com", web)
    with open("report.pdf") as sys.stdin:  # noqa: PTH123  # as a shell's "<" does
        if kind == "sync":
            return run_sync(line, names, sandbox)
        if "await" not in line:
            line = line.replace("client.files", "await client.files")
        return asyncio.run(run_async(line, names, sandbox))


def cases(rows: list[tuple[Any, ...]]) -> list[Any]:
    """Return each row with the clients that it is for."""
    return [
        pytest.param(kind, *row, id=f"{kind}: {row[0]}")
        for row in rows
        for kind in ("sync", "async")
        if kind == "async" or "await" not in row[1]
    ]


@pytest.fixture
def here(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run where the files are, with a standard input that can be put back."""
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "stdin", sys.stdin)


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(("kind", "what", "line", "length"), cases(FILES))
def test_a_file(
    kind: str, what: str, line: str, length: str, pinarkive_sandbox: Sandbox, web: str
) -> None:
    found = run(line, kind, pinarkive_sandbox, web)
    (upload,) = found.uploads
    assert isinstance(upload, Upload)
    content = expected(what)
    assert found.totals == {len(content) if length == "exact" else None}
    stored = httpx.get(f"{pinarkive_sandbox.gateway_url}/ipfs/{upload.cid}")
    assert stored.content == content
    if "report.pdf" in line and "mmap" not in line:
        assert upload.name == "report.pdf"


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(("kind", "what", "line", "files"), cases(FOLDERS))
def test_a_folder(
    kind: str, what: str, line: str, files: str, pinarkive_sandbox: Sandbox, web: str
) -> None:
    (upload,) = run(line, kind, pinarkive_sandbox, web).uploads
    assert isinstance(upload, DirectoryUpload)
    names = re.findall("`(.+?)`", files)
    assert {entry.path for entry in upload.files} == set(names)
    for name in names:
        url = f"{pinarkive_sandbox.gateway_url}/ipfs/{upload.cid}/{quote(name)}"
        assert httpx.get(url).content == {**SITE, **ANYWHERE}[name]


def test_every_line_of_a_table_is_run() -> None:
    lines = [line for line in PAGE.splitlines() if re.match(r"\| (?!source \|)", line)]
    assert len(lines) == len(ROWS) > 40
    libraries = [
        "form[",
        "aiofiles",
        "anyio",
        "numpy",
        "zipfile",
        "gzip",
        "urllib",
        "s3.get_object",
    ]
    libraries += ["fsspec", "tempfile", "mmap", "tqdm", "PIPE", "Path(", "BytesIO", "array.array"]
    assert [name for name in libraries if not any(name in line for line in lines)] == []
