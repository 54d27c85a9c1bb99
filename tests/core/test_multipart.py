"""The framing of a multipart body, read back by a parser that is not ours."""

import io
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import HTTP
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinarkive import InvalidInputError, SourceChangedError, UploadDirectoryDag, UploadFile
from pinarkive._core.multipart import Multipart, Part
from pinarkive._io.measured import BytesSource, form_parts, measure, parts_of
from pinarkive._io.reading import read_body

BOUNDARY = "0123456789abcdef0123456789abcdef"

names = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), min_size=1, max_size=40)
plain = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=40)


def whole(body: Multipart) -> bytes:
    return b"".join(chunk.data for chunk in read_body(body))


def parse(body: Multipart) -> list[EmailMessage]:
    head = f"Content-Type: {body.content_type}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + whole(body))
    assert not message.defects
    return list(message.walk())[1:]


@given(
    st.lists(st.tuples(st.sampled_from(["cl", "timelock", "dirName"]), plain), max_size=3),
    st.lists(st.tuples(names, st.binary(max_size=300)), min_size=1, max_size=4),
)
def test_the_length_is_exact(fields: list[tuple[str, str]], files: list[tuple[str, bytes]]) -> None:
    parts = [Part("files", name, BytesSource(data)) for name, data in files]
    body = Multipart(BOUNDARY, fields, parts)
    assert len(whole(body)) == body.length
    assert body.content_size == sum(len(data) for _, data in files)
    # It can be sent again.
    assert whole(body) == whole(body)


def test_a_parser_finds_what_was_framed() -> None:
    content = b"\r\n--" + BOUNDARY[:-1].encode() + b"\r\n\x00\xff"
    parts = [
        Part("file", "a b.bin", BytesSource(content)),
        Part("file", 'q"uote.txt', BytesSource(b"")),
    ]
    found = parse(Multipart(BOUNDARY, [("cl", "cl0-global")], parts))
    assert [part.get_param("name", header="content-disposition") for part in found] == [
        "cl",
        "file",
        "file",
    ]
    assert found[0].get_payload(decode=True) == b"cl0-global"
    assert found[1].get_filename() == "a b.bin"
    assert found[1].get_payload(decode=True) == content
    assert unquote(found[2].get_filename() or "") == 'q"uote.txt'
    assert found[2].get_content_type() == "application/octet-stream"


@pytest.mark.parametrize("name", ["ñ.txt", "日本/語.bin", "100% ü.txt"])
def test_a_name_beyond_ascii_goes_in_both_forms(name: str) -> None:
    head = Part("files", name, BytesSource(b"")).head(BOUNDARY)
    assert f'filename="{name}"'.encode() in head
    extended = head.partition(b"filename*=UTF-8''")[2].partition(b"\r\n")[0].decode("ascii")
    assert unquote(extended) == name


def test_a_name_can_not_break_out_of_its_header() -> None:
    head = Part("f\r\nX: y", 'a"\r\nEvil: 1', BytesSource(b"")).head(BOUNDARY)
    assert head.count(b"\r\n") == 4
    assert b"\r\nEvil" not in head


def test_small_files_are_joined_into_one_write_and_large_ones_are_not() -> None:
    parts = [Part("files", f"{number}", BytesSource(b"x" * 100)) for number in range(100)]
    assert len(list(read_body(Multipart(BOUNDARY, [], parts)))) == 1
    large = Multipart(BOUNDARY, [], [Part("file", "f", BytesSource(bytes(2_000_000)))])
    # A MiB at a time, as from a disk: progress is told after each piece.
    assert max(len(chunk.data) for chunk in read_body(large)) == 1024 * 1024


def test_progress_counts_content_and_files() -> None:
    parts = [
        Part("files", "a", BytesSource(bytes(400_000))),
        Part("files", "b", BytesSource(bytes(300_000))),
    ]
    seen = [chunk.progress for chunk in read_body(Multipart(BOUNDARY, [], parts))]
    assert [each.sent for each in seen] == sorted(each.sent for each in seen)
    assert (seen[-1].sent, seen[-1].total, seen[-1].files_done, seen[-1].files) == (
        700_000,
        700_000,
        2,
        2,
    )
    assert {each.file for each in seen} == {"a", "b"}


def test_only_one_file_is_open_at_a_time(tmp_path: Path) -> None:
    for name in "abc":
        (tmp_path / name).write_bytes(bytes(200_000))
    [*parts] = parts_of(UploadDirectoryDag(source=tmp_path))
    descriptors = Path("/proc/self/fd")
    before = len(list(descriptors.iterdir()))
    for _ in read_body(Multipart(BOUNDARY, [], parts)):
        assert len(list(descriptors.iterdir())) <= before + 1
    assert len(list(descriptors.iterdir())) == before


class Short(io.BytesIO):
    """A file that ends before it said it would."""

    def read(self, size: int | None = -1, /) -> bytes:
        return b"" if self.tell() >= 10 else super().read(5)


class Wrong(io.BytesIO):
    """A file whose read() returns something else than bytes."""

    def __init__(self, result: object) -> None:
        super().__init__(b"x" * 100)
        self.result = result

    def read(self, size: int | None = -1, /) -> bytes:
        return self.result  # type: ignore[return-value]  # what a wrong class of a caller's does


@pytest.mark.parametrize(
    ("file", "error"),
    [
        (Short(b"x" * 100), SourceChangedError),
        (Wrong("text"), TypeError),
        (Wrong(None), ValueError),
        (Wrong(b"y" * 1000), ValueError),
    ],
    ids=["short", "text", "none", "too-much"],
)
def test_a_file_object_that_does_not_keep_its_word_is_no_upload(
    file: io.BytesIO, error: type[Exception]
) -> None:
    body = Multipart(BOUNDARY, [], [Part("file", "f", measure(file, "f", "file"))])
    with pytest.raises(error):
        whole(body)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (Path("/data/report.pdf"), "report.pdf"),
        (b"x", "file"),
        (io.BytesIO(b"x"), "file"),
    ],
)
def test_the_name_that_is_stored(content: object, name: str, tmp_path: Path) -> None:
    if isinstance(content, Path):
        content = tmp_path / content.name
        content.touch()
    request = UploadFile.model_validate({"file": content})
    assert parts_of(request)[0].filename == name
    given_name = UploadFile.model_validate({"file": content, "filename": "other.bin"})
    assert parts_of(given_name)[0].filename == "other.bin"


def test_a_file_whose_own_name_can_not_be_used_needs_one(tmp_path: Path) -> None:
    file = tmp_path / "back\\slash"
    file.touch()
    with pytest.raises(InvalidInputError, match="filename=") as caught:
        parts_of(UploadFile(file=file))
    assert caught.value.field == "filename"
    assert parts_of(UploadFile(file=file, filename="fine"))[0].filename == "fine"


def test_a_pipe_is_refused_and_nothing_hangs(tmp_path: Path) -> None:
    import os

    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InvalidInputError, match="pipe"):
        parts_of(UploadFile(file=tmp_path / "pipe"))


def test_a_closed_file_is_refused() -> None:
    file = io.BytesIO(b"x")
    file.close()
    with pytest.raises(InvalidInputError, match="closed"):
        parts_of(UploadFile(file=file))


def test_a_file_that_is_not_open_to_read_is_refused(tmp_path: Path) -> None:
    with (
        (tmp_path / "out").open("wb") as file,
        pytest.raises(InvalidInputError, match="not open for reading"),
    ):
        parts_of(UploadFile.model_validate({"file": file}))


def test_a_percent_sign_of_the_names_own_is_not_decoded() -> None:
    head = Part("files", "a%22b.txt", BytesSource(b"")).head(BOUNDARY)
    assert b"filename*=UTF-8''a%2522b.txt" in head


def test_files_of_a_plain_form() -> None:
    parts = form_parts([("f", ("a.txt", b"A")), ("f", ("", io.BytesIO(b"BB")))])
    assert [(part.field, part.filename, part.source.size) for part in parts] == [
        ("f", "a.txt", 1),
        ("f", "file", 2),
    ]
