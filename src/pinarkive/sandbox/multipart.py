"""Uploads: a multipart body is read in a stream, and is never completely in memory.

Names are read like the service's own parser reads them, unlike Starlette: `filename*` takes
precedence over `filename`, `%22` means a quote, paths are kept, and the number of files is not
limited.
"""

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from ..unixfs import Node
from .blobs import Blob, Sink, Spool
from .errors import bad_request, file_too_large

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

__all__ = ["Form", "FormReader", "Upload"]

# Fields with a meaning; others may appear in any number, and are ignored.
READ_FIELDS = ("cl", "timelock", "dirName")
MAX_FIELDS = 1000
MAX_FIELD_SIZE = 1024**2
MAX_HEADERS = 32
MAX_HEADER_SIZE = 16 * 1024

PARAMETER = re.compile(
    r';\s*([!#-\'*+\-.^-z|~0-9A-Z]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]*))', re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Upload:
    """One file of a body."""

    filename: str
    node: Node
    blob: Blob


@dataclass(slots=True)
class Form:
    """The content of a body."""

    fields: dict[str, str] = field(default_factory=dict[str, str])
    files: list[Upload] = field(default_factory=list[Upload])


@dataclass(slots=True)
class Part:
    """The part that is being read: a file, a text field, or an ignored part."""

    headers: dict[str, bytes] = field(default_factory=dict[str, bytes])
    filename: str = ""
    sink: Sink | None = None
    name: str = ""
    text: bytearray | None = None


class FormReader:
    """Reads the body of an upload piece by piece.

    Args:
        content_type: The body's media type, with its boundary.
        spool: Where to store the files' bytes.
        field: The name of the parts with files.
        limit: How many bytes all files together may have.
        most_files: How many files there may be; `None` means any number.
    """

    def __init__(
        self,
        content_type: str,
        spool: Spool,
        *,
        field: str,
        limit: int,
        most_files: int | None = None,
    ) -> None:
        self._spool = spool
        self._field = field
        self._limit = limit
        self._most_files = most_files
        self._form = Form()
        self._size = 0
        self._part = Part()
        self._header_name = bytearray()
        self._header_value = bytearray()
        self._ended = False
        callbacks: MultipartCallbacks = {
            "on_part_begin": self._begin_part,
            "on_part_data": self._take_data,
            "on_part_end": self._end_part,
            "on_header_begin": self._begin_header,
            "on_header_field": self._take_header_name,
            "on_header_value": self._take_header_value,
            "on_header_end": self._end_header,
            "on_headers_finished": self._end_headers,
            "on_end": self._end,
        }
        media_type, options = parse_options_header(content_type)
        boundary = options.get(b"boundary", b"")
        if media_type.lower() != b"multipart/form-data":
            raise bad_request("No file uploaded: the body must be multipart/form-data")
        if not boundary:
            raise bad_request("Multipart: Boundary not found")
        try:
            self._parser = MultipartParser(
                boundary,
                callbacks,
                max_header_count=MAX_HEADERS,
                max_header_size=MAX_HEADER_SIZE,
            )
        except FormParserError as error:
            raise bad_request(f"Malformed multipart body: {error}") from None

    def feed(self, data: bytes) -> None:
        """Read the next bytes, or raise."""
        try:
            self._parser.write(data)
        except FormParserError as error:
            raise bad_request(f"Malformed multipart body: {error}") from None

    def finish(self) -> Form:
        """Return the content of the whole body, or raise."""
        if not self._ended:
            raise bad_request("Unexpected end of form")
        return self._form

    def discard(self) -> None:
        """Delete all files."""
        if self._part.sink is not None:
            self._part.sink.discard()
        for upload in self._form.files:
            self._spool.discard(upload.blob)

    def _begin_part(self) -> None:
        self._part = Part()

    def _begin_header(self) -> None:
        self._header_name.clear()
        self._header_value.clear()

    def _take_header_name(self, data: bytes, start: int, end: int) -> None:
        self._header_name += data[start:end]

    def _take_header_value(self, data: bytes, start: int, end: int) -> None:
        self._header_value += data[start:end]

    def _end_header(self) -> None:
        name = self._header_name.decode("latin-1").lower()
        self._part.headers[name] = bytes(self._header_value)

    def _end_headers(self) -> None:
        parameters = read_disposition(self._part.headers.get("content-disposition", b""))
        if not parameters.get("name"):
            raise bad_request("Field name missing", "MISSING_FIELD_NAME")
        self._part.name = parameters["name"]
        media_type = self._part.headers.get("content-type", b"").partition(b";")[0].strip().lower()
        if "filename" in parameters or media_type == b"application/octet-stream":
            # Browsers send a file without a name for an empty form: it is ignored.
            if filename := parameters.get("filename"):
                self._begin_file(filename)
        elif len(self._form.fields) < MAX_FIELDS:
            self._part.text = bytearray()
        else:
            raise bad_request("Too many fields", "LIMIT_FIELD_COUNT")

    def _begin_file(self, filename: str) -> None:
        full = self._most_files is not None and len(self._form.files) >= self._most_files
        if self._part.name != self._field or full:
            raise bad_request("Unexpected field", "LIMIT_UNEXPECTED_FILE")
        self._part.filename = filename
        self._part.sink = Sink(self._spool)

    def _take_data(self, data: bytes, start: int, end: int) -> None:
        part = self._part
        if part.sink is not None:
            self._size += end - start
            if self._size > self._limit:
                raise file_too_large(f"File too large: the limit is {self._limit} bytes")
            part.sink.write(data[start:end])
        elif part.text is not None:
            part.text += data[start:end]
            if len(part.text) > MAX_FIELD_SIZE:
                raise bad_request("Field value too long", "LIMIT_FIELD_VALUE")

    def _end_part(self) -> None:
        part = self._part
        if part.sink is not None:
            self._form.files.append(Upload(part.filename, *part.sink.finish()))
        elif part.text is not None:
            if part.name in READ_FIELDS and part.name in self._form.fields:
                raise bad_request(f"The field {part.name!r} was sent twice")
            self._form.fields[part.name] = decode(bytes(part.text), f"the field {part.name!r}")
        self._part = Part()

    def _end(self) -> None:
        self._ended = True


def read_disposition(header: bytes) -> dict[str, str]:
    """Return the decoded parameters of a `Content-Disposition` header."""
    text = decode(header, "a part's Content-Disposition")
    if text.partition(";")[0].strip().lower() != "form-data":
        return {}
    parameters: dict[str, str] = {}
    for match in PARAMETER.finditer(text):
        name, quoted, bare = match[1].lower(), match[2], match[3]
        value = bare if quoted is None else re.sub(r'\\(["\\])', r"\1", quoted)
        parameters.setdefault(name, value)
    extended = read_extended(parameters.pop("filename*", ""))
    # In a name, browsers percent-encode only quotes (%22) and line ends.
    parameters = {name: value.replace("%22", '"') for name, value in parameters.items()}
    return parameters if extended is None else {**parameters, "filename": extended}


def read_extended(value: str) -> str | None:
    """Return the text of an RFC 5987 value, or `None` if it is not valid."""
    charset, _, rest = value.partition("'")
    _, quote, encoded = rest.partition("'")
    if not quote or charset.lower() not in {"utf-8", "iso-8859-1"}:
        return None
    try:
        return unquote_to_bytes(encoded).decode(charset)
    except UnicodeDecodeError:
        return None


def decode(data: bytes, what: str) -> str:
    """Return bytes as text, or raise."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise bad_request(f"Malformed multipart body: {what} is not UTF-8") from None
