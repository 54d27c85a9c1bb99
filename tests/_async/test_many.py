"""Many uploads at a time, on the sandbox."""

import errno
import io
import json
import os
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count, pairwise
from pathlib import Path
from queue import SimpleQueue
from uuid import uuid4
from weakref import WeakSet

import httpx
import pytest
import respx

from pinarkive import (
    AsyncPinarkiveClient,
    ClientClosedError,
    InvalidInputError,
    ManySource,
    Progress,
    RateLimitError,
    UploadFile,
    UploadOutcome,
)
from pinarkive.sandbox import Sandbox
from pinarkive.unixfs import file_cid

pytestmark = pytest.mark.anyio

BASE = "https://api.pinarkive.com/api/v3"
CID = file_cid(b"")


def make_files(folder: Path, count: int) -> list[Path]:
    folder.mkdir(exist_ok=True)
    for number in range(count):
        # Of its own, since the sandbox is shared and keeps what is the same once.
        (folder / f"{number}.txt").write_text(f"{number} {uuid4()}")
    return sorted(folder.iterdir())


async def total(client: AsyncPinarkiveClient) -> int:
    return (await client.users.uploads(limit=1)).total or 0


async def test_an_outcome_comes_for_each_source_of_each_kind(
    async_pinarkive_client: AsyncPinarkiveClient, tmp_path: Path
) -> None:
    [path] = make_files(tmp_path / "kinds", 1)
    named = UploadFile(file=b"named", filename="named.txt")
    found: list[UploadOutcome] = []
    with path.open("rb") as file:
        sources: list[ManySource] = [path, str(path), b"some bytes", named, file]
        async for outcome in async_pinarkive_client.files.upload_many(sources):
            found.append(outcome)
    cids = {str(each.source): each.upload.cid for each in found if each.upload}
    assert len(found) == 5
    assert cids[str(path)] == cids[str(file)] == file_cid(path)
    assert cids[str(b"some bytes")] == file_cid(b"some bytes")
    assert {each.upload.name for each in found if each.upload} == {
        *("0.txt", "file", "named.txt"),
    }
    assert {each.attempts for each in found} == {1}


async def test_one_failure_stops_no_other(
    async_pinarkive_client: AsyncPinarkiveClient, tmp_path: Path
) -> None:
    files = make_files(tmp_path / "some", 20)
    nowhere = UploadFile(file=b"x", cluster_id="cl9-nowhere")
    bad: list[ManySource] = [tmp_path / "missing", tmp_path, nowhere]
    errors: list[str] = []
    uploads = 0
    async for outcome in async_pinarkive_client.files.upload_many(
        [*bad, *files], max_concurrency=3
    ):
        assert (outcome.upload is None) != (outcome.error is None)
        if outcome.error is not None:
            errors.append(type(outcome.error).__name__)
        uploads += outcome.upload is not None
    assert sorted(errors) == ["FileNotFoundError", "IsADirectoryError", "PermissionDeniedError"]
    assert uploads == 20


async def test_sources_are_taken_as_outcomes_are(
    async_pinarkive_client: AsyncPinarkiveClient,
) -> None:
    taken: list[int] = []

    def endless() -> Iterator[bytes]:
        number = 0
        while True:
            number += 1
            taken.append(number)
            yield f"endless {number}".encode()

    got: list[UploadOutcome] = []
    async for outcome in async_pinarkive_client.files.upload_many(endless(), max_concurrency=4):
        assert outcome.upload is not None
        got.append(outcome)
        if len(got) == 30:
            break
    # What is under way, and what has ended and was not taken yet.
    assert 30 <= len(taken) <= 30 + 8


async def test_the_cluster_is_for_those_that_name_none(
    async_pinarkive_client: AsyncPinarkiveClient,
) -> None:
    in_its_own = UploadFile(file=b"in its own", cluster_id="cl2-de")
    sources: list[ManySource] = [b"in the run's", in_its_own]
    clusters: list[str | None] = []
    async for outcome in async_pinarkive_client.files.upload_many(sources, cluster_id="cl1-eu"):
        assert outcome.upload is not None
        clusters.append(outcome.upload.cluster_id)
    assert sorted(map(str, clusters)) == ["cl1-eu", "cl2-de"]


async def test_a_run_goes_on_where_it_stood(
    async_pinarkive_client: AsyncPinarkiveClient, tmp_path: Path
) -> None:
    files = make_files(tmp_path / "resumed", 12)
    journal = tmp_path / "state.jsonl"
    before = await total(async_pinarkive_client)
    got: list[UploadOutcome] = []
    async for outcome in async_pinarkive_client.files.upload_many(
        files, max_concurrency=2, resume=journal
    ):
        got.append(outcome)
        if len(got) == 5:
            break
    lines = len(journal.read_text().splitlines())
    assert lines >= 5
    # As if it had been killed while it wrote.
    with journal.open("ab") as file:
        file.write(b'{"source": {"path": "/cut')
    files[0].write_text(f"changed since, {uuid4()}")
    outcomes: dict[str, UploadOutcome] = {}
    async for outcome in async_pinarkive_client.files.upload_many(files, resume=journal):
        outcomes[str(outcome.source)] = outcome
    assert {name: each.upload and each.upload.cid for name, each in outcomes.items()} == {
        str(file): file_cid(file) for file in files
    }
    again = sum(outcome.attempts for outcome in outcomes.values())
    assert 12 - lines <= again <= 12 - lines + 1
    assert outcomes[str(files[0])].attempts == 1
    # An upload that had been sent and was not yet told of may be there twice.
    assert 13 <= await total(async_pinarkive_client) - before <= 13 + 2
    async for outcome in async_pinarkive_client.files.upload_many(files, resume=str(journal)):
        assert outcome.attempts == 0


async def test_another_name_or_cluster_is_another_upload(
    async_pinarkive_client: AsyncPinarkiveClient, tmp_path: Path
) -> None:
    journal = tmp_path / "state.jsonl"
    request = UploadFile(file=b"the same", filename="a")
    for other, attempts in [
        (request, 1),
        (request, 0),
        (UploadFile(file=b"the same", filename="b"), 1),
        (UploadFile(file=b"the same", filename="a", cluster_id="cl1-eu"), 1),
        (UploadFile(file=b"another", filename="a"), 1),
    ]:
        async for outcome in async_pinarkive_client.files.upload_many([other], resume=journal):
            assert outcome.attempts == attempts
    view = async_pinarkive_client.with_options(cluster_id="cl2-de")
    async for outcome in view.files.upload_many([request], resume=journal):
        assert outcome.attempts == 1
    assert json.loads(journal.read_text().splitlines()[0])["upload"]["cid"]


async def test_another_timelock_is_another_upload(
    async_pinarkive_client: AsyncPinarkiveClient, tmp_path: Path
) -> None:
    journal = tmp_path / "state.jsonl"
    now = datetime.now(UTC)
    hour, day = timedelta(hours=1), timedelta(days=1)
    for timelock, attempts in [
        (now + hour, 1),
        # As from a program that reckons it when it is started.
        (now + hour * 1.2, 0),
        (now + hour * 3, 1),
        (None, 1),
        (None, 0),
        (now + 30 * day, 1),
        (now + 30.9 * day, 0),
        (now + 32 * day, 1),
        (now + 30 * day, 1),
    ]:
        async for outcome in async_pinarkive_client.files.upload_many(
            [b"it lasts"], timelock=timelock, resume=journal
        ):
            assert (outcome.attempts, outcome.error) == (attempts, None), timelock


@pytest.mark.parametrize("text", ["My notes\n", '{"cid": "x"}\n', "[1]", "\x89PNG"])
async def test_what_is_no_journal_is_left_as_it_is(
    async_pinarkive_client: AsyncPinarkiveClient, tmp_path: Path, text: str
) -> None:
    journal = tmp_path / "notes.txt"
    journal.write_text(text)
    with pytest.raises(InvalidInputError, match=r"notes\.txt.*journal") as caught:
        async for _ in async_pinarkive_client.files.upload_many([b"x"], resume=journal):
            pass
    assert caught.value.field == "resume"
    assert journal.read_text() == text


@pytest.mark.parametrize("text", ["", '{"so', '{"source": {"path": "/cut'])
async def test_a_journal_that_was_hardly_begun(
    async_pinarkive_client: AsyncPinarkiveClient, tmp_path: Path, text: str
) -> None:
    journal = tmp_path / "state.jsonl"
    journal.write_text(text)
    for attempts in (1, 0):
        async for outcome in async_pinarkive_client.files.upload_many(
            [b"hardly begun"], resume=journal
        ):
            assert outcome.attempts == attempts


async def first(outcomes: AsyncIterator[UploadOutcome]) -> UploadOutcome:
    async for outcome in outcomes:
        return outcome
    raise AssertionError("there are no outcomes")


async def test_a_journal_is_for_one_run_at_a_time(
    async_pinarkive_client: AsyncPinarkiveClient, pinarkive_sandbox: Sandbox, tmp_path: Path
) -> None:
    journal = tmp_path / "state.jsonl"
    linked = tmp_path / "linked.jsonl"
    linked.symlink_to(journal)
    sources = [f"one at a time {uuid4()}".encode() for _ in range(20)]
    run = async_pinarkive_client.files.upload_many(sources, max_concurrency=1, resume=journal)
    assert (await first(run)).upload is not None
    async with AsyncPinarkiveClient(
        api_key=pinarkive_sandbox.api_key, base_url=pinarkive_sandbox.base_url
    ) as other:
        for client, path in [(async_pinarkive_client, journal), (other, linked)]:
            with pytest.raises(InvalidInputError, match=r"another run.*\.jsonl") as caught:
                await first(client.files.upload_many(sources, resume=path))
            assert caught.value.field == "resume"
            assert str(path) in caught.value.message
        await run.aclose()
        attempts = [
            each.attempts async for each in other.files.upload_many(sources, resume=journal)
        ]
    assert 0 in attempts
    assert 1 in attempts


def fail(progress: Progress) -> None:
    raise KeyError("mine")


async def test_a_journal_is_free_again_however_a_run_ends(
    async_pinarkive_client: AsyncPinarkiveClient, tmp_path: Path
) -> None:
    journal = tmp_path / "state.jsonl"
    files = async_pinarkive_client.files
    sources = [f"ends somehow {uuid4()}".encode() for _ in range(4)]
    with pytest.raises(KeyError, match="mine"):
        await first(files.upload_many(sources, resume=journal, on_progress=fail))
    # Left, by a loop that nobody closes.
    async for outcome in files.upload_many(sources, resume=journal, max_concurrency=1):
        assert outcome.upload is not None
        break
    never_begun = files.upload_many(sources, resume=journal)
    view = async_pinarkive_client.with_options(cluster_id="cl1-eu")
    async for outcome in view.files.upload_many(sources, resume=journal):
        assert outcome.upload is not None
    for attempts in ({0, 1}, {0}):
        again = {each.attempts async for each in files.upload_many(sources, resume=journal)}
        assert again == attempts
    assert {each.attempts async for each in never_begun} == {0}


async def test_what_is_no_file_may_be_the_journal_of_many_runs(
    async_pinarkive_client: AsyncPinarkiveClient, tmp_path: Path
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pipe.open("r+b", buffering=0) as reader:
        for journal in ("/dev/null", pipe):
            sources = [f"no file {number}".encode() for number in range(3)]
            run = async_pinarkive_client.files.upload_many(sources, resume=journal)
            assert (await first(run)).upload is not None
            async for outcome in async_pinarkive_client.files.upload_many(sources, resume=journal):
                assert outcome.attempts == 1
            await run.aclose()
        assert json.loads(reader.read(65536).splitlines()[0])["upload"]["cid"]


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.EOPNOTSUPP, errno.EINVAL])
async def test_where_there_are_no_locks_a_run_goes_on_without(
    async_pinarkive_client: AsyncPinarkiveClient,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
) -> None:
    def no_lock(descriptor: int, operation: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("fcntl.flock", no_lock)
    journal = tmp_path / "state.jsonl"
    source = f"without locks {uuid4()}".encode()
    for attempts in (1, 0):
        async for outcome in async_pinarkive_client.files.upload_many([source], resume=journal):
            assert outcome.attempts == attempts


async def test_progress_is_that_of_all_together(
    async_pinarkive_client: AsyncPinarkiveClient, tmp_path: Path
) -> None:
    files = make_files(tmp_path / "progress", 6)
    seen: list[Progress] = []
    journal = tmp_path / "state.jsonl"
    for _ in range(2):
        seen.clear()
        async for _ in async_pinarkive_client.files.upload_many(
            files, on_progress=seen.append, resume=journal
        ):
            pass
        size = sum(file.stat().st_size for file in files)
        assert (seen[-1].sent, seen[-1].total) == (size, size)
        assert (seen[-1].files_done, seen[-1].files) == (6, 6)
        assert [each.files_done for each in seen] == sorted(each.files_done for each in seen)
    async for _ in async_pinarkive_client.files.upload_many(iter(files), on_progress=seen.append):
        pass
    assert seen[-1].total is None
    assert seen[-1].files == 6


async def test_a_mistake_in_on_progress_ends_the_run(
    async_pinarkive_client: AsyncPinarkiveClient,
) -> None:
    def fail(progress: Progress) -> None:
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        async for _ in async_pinarkive_client.files.upload_many([b"1", b"2"], on_progress=fail):
            pass
    assert (await async_pinarkive_client.system.health()).ok


async def test_a_mistake_in_the_sources_comes_through_after_what_was_begun(
    async_pinarkive_client: AsyncPinarkiveClient,
) -> None:
    def sources() -> Iterator[bytes]:
        yield b"one"
        yield b"two"
        raise KeyError("mine")

    outcomes: list[UploadOutcome] = []

    async def take() -> None:
        async for outcome in async_pinarkive_client.files.upload_many(sources()):
            outcomes.append(outcome)

    with pytest.raises(KeyError, match="mine"):
        await take()
    assert [outcome.error for outcome in outcomes] == [None, None]


async def test_what_has_ended_does_not_wait_for_a_slow_source(
    async_pinarkive_client: AsyncPinarkiveClient,
) -> None:
    outcomes: list[UploadOutcome] = []
    seen: list[int] = []

    def slow() -> Iterator[bytes]:
        for number in range(4):
            seen.append(len(outcomes))
            time.sleep(0.2)
            yield f"slow {number}".encode()

    async for outcome in async_pinarkive_client.files.upload_many(slow()):
        outcomes.append(outcome)
    assert len(outcomes) == 4
    assert seen[-1] >= 1


async def test_the_same_open_file_is_uploaded_once(
    async_pinarkive_client: AsyncPinarkiveClient, tmp_path: Path
) -> None:
    [path] = make_files(tmp_path / "open", 1)
    errors: list[Exception | None] = []
    with path.open("rb") as file:
        sources: list[ManySource] = [file, UploadFile(file=file, filename="again")]
        async for outcome in async_pinarkive_client.files.upload_many(sources):
            errors.append(outcome.error)
    assert sorted(type(error).__name__ for error in errors) == ["InvalidInputError", "NoneType"]


async def test_a_journal_that_can_not_be_written_ends_the_run_and_hides_nothing(
    async_pinarkive_client: AsyncPinarkiveClient,
) -> None:
    outcomes: list[UploadOutcome] = []
    sources = [f"full {number}".encode() for number in range(50)]

    async def take() -> None:
        async for outcome in async_pinarkive_client.files.upload_many(
            sources, max_concurrency=2, resume="/dev/full"
        ):
            outcomes.append(outcome)

    with pytest.raises(OSError, match="No space left"):
        await take()
    assert 1 <= len(outcomes) <= 6
    assert all(outcome.upload is not None for outcome in outcomes)


async def test_odd_lines_of_a_journal_are_passed_over(
    async_pinarkive_client: AsyncPinarkiveClient, tmp_path: Path
) -> None:
    journal = tmp_path / "state.jsonl"
    source = f"odd lines {uuid4()}".encode()
    async for outcome in async_pinarkive_client.files.upload_many([source], resume=journal):
        assert outcome.attempts == 1
    [line] = journal.read_text().splitlines()
    ended = json.loads(line)
    ended["upload"]["expires_at"] = "2001-01-01T00:00:00Z"
    no_cid: dict[str, object] = {**ended, "upload": {}}
    odd = [b"\xff\xfe", b"[" * 100_000, b"null", b"5", json.dumps(no_cid).encode()]
    for attempts, last in ((1, ended), (0, json.loads(line))):
        journal.write_bytes(b"\n".join([*odd, json.dumps(last).encode()]))
        async for outcome in async_pinarkive_client.files.upload_many([source], resume=journal):
            assert outcome.attempts == attempts


async def test_a_closed_client_uploads_nothing(
    pinarkive_sandbox: Sandbox,
) -> None:
    client = AsyncPinarkiveClient(
        api_key=pinarkive_sandbox.api_key, base_url=pinarkive_sandbox.base_url
    )
    await client.close()
    with pytest.raises(ClientClosedError):
        client.files.upload_many([b"x"])


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"sources": "one.txt"}, "sources"),
        ({"sources": b"bytes"}, "sources"),
        ({"sources": Path()}, "sources"),
        ({"sources": 5}, "sources"),
        ({"sources": {"a.txt": b"bytes"}}, "sources"),
        ({"sources": io.BytesIO(b"a line\n")}, "sources"),
        ({"sources": UploadFile(file=b"bytes")}, "sources"),
        ({"sources": [], "max_concurrency": 0}, "max_concurrency"),
        ({"sources": [], "max_concurrency": 101}, "max_concurrency"),
        ({"sources": [], "max_concurrency": True}, "max_concurrency"),
        ({"sources": [], "cluster_id": ""}, "cluster_id"),
        ({"sources": [], "timelock": "2001-01-01T00:00:00Z"}, "timelock"),
        ({"sources": [], "resume": 5}, "resume"),
        ({"sources": [], "resume": ""}, "resume"),
        ({"sources": [], "on_progress": 5}, "on_progress"),
    ],
)
async def test_bad_arguments_are_refused_at_once(
    async_pinarkive_client: AsyncPinarkiveClient, arguments: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInputError) as caught:
        async_pinarkive_client.files.upload_many(**arguments)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # as code without types calls it
    assert caught.value.field == field


async def test_where_one_must_wait_all_of_them_wait() -> None:
    answers = [httpx.Response(429, headers={"Retry-After": "1"})]
    moments: list[float] = []

    def answer(request: httpx.Request) -> httpx.Response:
        moments.append(time.monotonic())
        return answers.pop() if answers else httpx.Response(201, json={"cid": CID})

    client = AsyncPinarkiveClient(api_key="key")
    with respx.mock() as router:
        router.post(f"{BASE}/files/").mock(side_effect=answer)
        got = 0
        async for outcome in client.files.upload_many([b"1", b"2", b"3"], max_concurrency=1):
            assert outcome.upload is not None
            got += outcome.attempts
    assert got == 4
    assert moments[1] - moments[0] >= 1.0
    assert moments[-1] - moments[1] < 0.5


async def test_an_open_file_is_not_kept_longer_than_it_is_needed(
    async_pinarkive_client: AsyncPinarkiveClient,
) -> None:
    given: WeakSet[io.BytesIO] = WeakSet()
    most = 0

    def endless() -> Iterator[io.BytesIO]:
        for number in range(100):
            file = io.BytesIO(f"kept {number}".encode())
            given.add(file)
            yield file

    async for outcome in async_pinarkive_client.files.upload_many(endless(), max_concurrency=4):
        assert outcome.upload is not None
        most = max(most, len(given))
    assert most <= 4 + 4


async def test_a_wait_that_is_too_long_puts_off_all_of_them() -> None:
    client = AsyncPinarkiveClient(api_key="key")
    with respx.mock() as router:
        route = router.post(f"{BASE}/files/").respond(429, headers={"Retry-After": "400"})
        sent: list[str] = []
        async for outcome in client.files.upload_many([b"1", b"2", b"3"], max_concurrency=1):
            assert isinstance(outcome.error, RateLimitError)
            assert outcome.attempts == 1
            assert 390 <= (outcome.error.retry_after or 0) <= 400
            sent.append(outcome.error.sent)
        assert sent == ["yes", "no", "no"]
        assert route.call_count == 1


async def test_a_run_ends_with_its_client(pinarkive_sandbox: Sandbox) -> None:
    client = AsyncPinarkiveClient(
        api_key=pinarkive_sandbox.api_key, base_url=pinarkive_sandbox.base_url
    )
    outcomes: list[UploadOutcome] = []
    taken: list[int] = []

    def endless() -> Iterator[bytes]:
        for number in count():
            taken.append(number)
            yield f"ends {number}".encode()

    async def take() -> None:
        async for outcome in client.files.upload_many(endless(), max_concurrency=2):
            outcomes.append(outcome)
            if len(outcomes) == 5:
                await client.close()

    with pytest.raises(ClientClosedError):
        await take()
    assert all(outcome.upload is not None for outcome in outcomes[:5])
    # What had been taken when it was closed is accounted for, but for a source on its way.
    assert len(outcomes) <= len(taken) <= len(outcomes) + 1
    assert len(taken) <= 5 + 4


async def test_sources_may_wait_for_outcomes(
    async_pinarkive_client: AsyncPinarkiveClient,
) -> None:
    told: SimpleQueue[bytes | None] = SimpleQueue()
    told.put(b"the first")
    cids: list[str] = []
    async for outcome in async_pinarkive_client.files.upload_many(iter(told.get, None)):
        assert outcome.upload is not None
        cids.append(outcome.upload.cid)
        told.put(f"after {outcome.upload.cid}".encode() if len(cids) < 5 else None)
    assert len(set(cids)) == 5


def look() -> None:
    """Take so long for an outcome that all uploads that are under way end."""
    time.sleep(0.1)


async def test_others_begin_while_an_outcome_is_looked_at(
    async_pinarkive_client: AsyncPinarkiveClient,
) -> None:
    taken: list[int] = []

    def endless() -> Iterator[bytes]:
        for number in count():
            taken.append(number)
            yield f"looked at {number}".encode()

    seen: list[int] = []
    async for _ in async_pinarkive_client.files.upload_many(endless(), max_concurrency=4):
        look()
        seen.append(len(taken))
        if len(seen) == 10:
            break
    assert all(later - before <= 2 for before, later in pairwise(seen))
    assert seen[-1] >= 4 + 9 - 1
