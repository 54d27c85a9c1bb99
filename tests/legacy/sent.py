"""Calls that differ in what they send: arguments, credentials, addresses."""

import io
import tempfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Any

from .case import (
    BASE_URL,
    CID,
    FILES,
    KEY,
    METHODS,
    OPTIONAL,
    REQUIRED,
    TOKEN,
    Call,
    Open,
    Why,
    done,
)

__all__ = ["SENT"]

REFUSED = "raised InvalidInputError"


def plain() -> Iterator[Call]:
    """Every method in every form that its signature allows."""
    for method in METHODS:
        required = REQUIRED.get(method, {})
        every = {**required, **OPTIONAL.get(method, {})}
        yield Call(name=f"{method}, positional", method=method, args=tuple(every.values()))
        yield Call(name=f"{method}, by keyword", method=method, kwargs=every)
        yield Call(name=f"{method}, the least", method=method, args=tuple(required.values()))


CREDENTIALS: Mapping[str, Mapping[str, object]] = {
    "a token": {"token": "the-token"},
    "both": {"token": "the-token", "api_key": "the-key"},
    "nothing": {},
    "an empty token and a key": {"token": "", "api_key": "the-key"},
    "a token from the web": {"token": "the-token", "request_source": "web"},
    "a key from the web": {"api_key": "the-key", "request_source": "web"},
}

ODD_CREDENTIALS: Mapping[str, Mapping[str, object]] = {
    "empty ones": {"token": "", "api_key": ""},
    "both from the web": {"token": "the-token", "api_key": "k", "request_source": "web"},
    "a token with a scheme": {"token": "Bearer x"},
    "a quoted token": {"token": '"x"'},
    "a token with a space": {"token": "a b"},
    "a token that ends in a space": {"token": "a "},
    "a token that is a number": {"token": 5},
    "a token in bytes": {"token": b"x"},
    "a key with quotes": {"api_key": "'x'"},
    "a key with a space": {"api_key": "a b"},
    "a key in bytes": {"api_key": b"the-key"},
    "a short key": {"api_key": "k"},
    "a long key": {"api_key": "k" * 4000},
    "another source": {"token": "the-token", "request_source": "cli"},
    "an empty source": {"token": "the-token", "request_source": ""},
    "a source in capitals": {"token": "the-token", "request_source": "WEB"},
    "a source that is true": {"token": "the-token", "request_source": True},
}

UNSENDABLE_CREDENTIALS: Mapping[str, tuple[Mapping[str, object], str]] = {
    "a Latin-1 token": ({"token": "cl\u00e9"}, "returned {'ok': True}"),
    "a Latin-1 key": ({"api_key": "cl\u00e9"}, "returned {'ok': True}"),
    "a Cyrillic token": ({"token": "\u043a\u043b\u044e\u0447"}, "raised UnicodeEncodeError"),
    "a key with a line break": ({"api_key": "a\r\nX: y"}, "raised InvalidHeader"),
}


def credentials() -> Iterator[Call]:
    for method in METHODS:
        for name, given in CREDENTIALS.items():
            yield Call(
                name=f"{method} with {name}",
                method=method,
                kwargs=REQUIRED.get(method, {}),
                client={**given, "base_url": BASE_URL},
            )
    for name, given in ODD_CREDENTIALS.items():
        yield Call(name=f"with {name}", method="get_me", client={**given, "base_url": BASE_URL})
    for name, (given, outcome) in UNSENDABLE_CREDENTIALS.items():
        yield Call(
            name=f"with {name}",
            method="get_me",
            client={**given, "base_url": BASE_URL},
            why=Why.CREDENTIAL,
            differs={
                "outcome": (outcome, REFUSED),
                **({"requests": (1, 0)} if "returned" in outcome else {}),
            },
        )
    for name, args in {
        "a token": ("the-token", None, BASE_URL),
        "a key": (None, "the-key", BASE_URL),
        "both": ("the-token", "the-key", BASE_URL),
    }.items():
        yield Call(name=f"with {name} by position", method="get_me", client_args=args, client={})


OPTION_VALUES: Mapping[str, object] = {
    "None": None,
    "empty": "",
    "zero": 0,
    "False": False,
    "an empty list": [],
    "an empty tuple": (),
    "an empty dict": {},
    "text": "x",
    "spaces around": " x ",
    "Unicode": "\u00fcn\u00ef\u2713 \U0001f389",
    "signs": "a&b=c;d\"e'f+g%20/?#\\",
    "a line break": "a\r\nb",
    "a number": 5,
    "a float": 1.5,
    "True": True,
    "a list": ["a", "b"],
    "a tuple": ("a", "b"),
}


def options() -> Iterator[Call]:
    """Every optional argument with every kind of value."""
    for method, optional in OPTIONAL.items():
        for argument in optional:
            for name, value in OPTION_VALUES.items():
                yield Call(
                    name=f"{method}, {argument}: {name}",
                    method=method,
                    kwargs={**REQUIRED.get(method, {}), argument: value},
                )


MOMENT = datetime(2999, 12, 31, 23, 59, 59, tzinfo=UTC)

ODD_FIELDS: Mapping[str, object] = {
    "a datetime": MOMENT,
    "bytes": b"x",
    "a mixed list": ["a", None, 5, b"c"],
    "a dict": {"a": 1},
    "a set": {"x"},
    "a range": range(3),
}
"""Values that a form takes, each in its own way."""

ODD_JSON: Mapping[str, object] = {
    "a datetime": MOMENT,
    "bytes": b"x",
    "a set": {"x"},
    "a dict": {"a": [1, None, 1.5, True]},
    "half of a pair": "\ud800",
    "not a number": float("nan"),
}


def odd_options() -> Iterator[Call]:
    for name, value in ODD_FIELDS.items():
        for method in ("upload_file", "upload_directory_dag"):
            yield Call(
                name=f"{method}, a field: {name}",
                method=method,
                kwargs={**REQUIRED[method], "timelock": value},
            )
        yield Call(name=f"list_uploads, {name}", method="list_uploads", kwargs={"page": value})
    for name, value in ODD_JSON.items():
        for method in ("upload_directory", "pin_cid"):
            yield Call(
                name=f"{method}, in JSON: {name}",
                method=method,
                kwargs={**REQUIRED[method], "timelock": value},
                **NO_JSON.get(name, {}),
            )
    for name, scopes in {
        "unknown": ["x:y", 5],
        "one text": "files:read",
    }.items():
        yield Call(name=f"scopes: {name}", method="generate_token", args=("a", None, None, scopes))
    for name, args in {
        "scopes: a set": ("a", None, None, {"files:read"}),
        "expires in a timedelta": ("a", None, timedelta(days=1)),
    }.items():
        yield Call(name=name, method="generate_token", args=args, **NO_JSON["a set"])
    yield Call(name="a past timelock", method="pin_cid", args=(CID, "", "", "", "2000-01-01"))
    yield Call(name="a page of a huge number", method="list_uploads", args=(10**30,))


NO_JSON: Mapping[str, Mapping[str, Any]] = {
    name: {"why": Why.NO_JSON, "differs": {"outcome": (f"raised {raised}", REFUSED)}}
    for name, raised in {
        "a datetime": "TypeError",
        "bytes": "TypeError",
        "a set": "TypeError",
        "not a number": "InvalidJSONError",
    }.items()
}

REQUIRED_VALUES: Mapping[str, object] = {
    "None": None,
    "empty": "",
    "Unicode": "\u00fcn\u00ef\u2713 \U0001f389",
    "a number": 5,
    "False": False,
    "a list": ["a"],
    "a dict": {"a": 1},
    "spaces": "  ",
}


def required_values() -> Iterator[Call]:
    """Nothing that goes into a JSON body is looked at."""
    for name, value in REQUIRED_VALUES.items():
        for method in ("login", "verify_2fa_login", "upload_directory", "generate_token"):
            yield Call(
                name=f"{method} of {name}",
                method=method,
                kwargs=dict.fromkeys(REQUIRED[method], value),
            )


IN_PATHS: Mapping[str, tuple[str, ...]] = {
    "pin_cid": ("", "api", "v3", "files", "pin"),
    "remove_file": ("", "api", "v3", "files", "remove"),
    "revoke_token": ("", "api", "v3", "tokens", "revoke"),
    "get_status": ("", "api", "v3", "status"),
    "get_allocations": ("", "api", "v3", "allocations"),
}
"""The methods whose first argument ends a path, and what stands before it."""

SEGMENTS: Mapping[str, object] = {
    "a name": "my-token_1.0~x",
    "spaces": "my app",
    "spaces around": " my app ",
    "Unicode": "\u00fcn\u00ef\u2713",
    "an emoji": "\U0001f389",
    "quotes": "quo\"te's",
    "a percent sign": "100%",
    "signs": "a+b,c;d@e:f!g$h(i)*j&k=l",
    "brackets": "<a>{b}[c]|d^e`f",
    "three dots": "...",
    "ending dots": "a..",
    "a number": 5,
    "None": None,
    "a list": ["a"],
    "bytes": b"x",
    "a long name": "x" * 2000,
}
"""What arrives as one segment of a path, encoded or not."""

SPLIT_SEGMENTS: Mapping[str, tuple[list[str], list[list[str]]]] = {
    "a/b": (["a", "b"], []),
    "a/../b": (["b"], []),
    "a%20b": (["a b"], []),
    "a%2Fb": (["a/b"], []),
    "a#b": (["a"], []),
    "a?b=c": (["a"], [["b", "c"]]),
}
"""What 3.1.1 made of these: segments and a query."""


def paths() -> Iterator[Call]:
    for method, before in IN_PATHS.items():
        for name, value in SEGMENTS.items():
            yield Call(name=f"{method} of {name}", method=method, args=(value,))
        for text, (segments, query) in SPLIT_SEGMENTS.items():
            yield Call(
                name=f"{method} of {text}",
                method=method,
                args=(text,),
                why=Why.ENCODED,
                differs={
                    "path": ([*before, *segments], [*before, text]),
                    **({"query": (query, [])} if query else {}),
                },
            )
        for text in ("", ".", "..", "a\nb"):
            yield Call(
                name=f"{method} of {text!r}",
                method=method,
                args=(text,),
                why=Why.ENCODED,
                differs={"outcome": (done(method), REFUSED), "requests": (1, 0)},
            )


class PathLike:
    """A path that is neither text nor a `Path`."""

    def __fspath__(self) -> str:
        return "report.txt"


def uploads() -> Iterator[Call]:
    for name in FILES:
        yield Call(name=f"upload {name!r}", method="upload_file", args=(name,))
    for name, path in {
        "a Path": Path("report.txt"),
        "bytes": b"report.txt",
        "a path-like": PathLike(),
        "a path from here": "./report.txt",
        "a path with dots": "sub/../report.txt",
        "a path with two slashes": "sub//nested.bin",
        "a missing file": "missing.txt",
        "a file in a missing folder": Path("missing/missing.txt"),
        "a directory": "sub",
        "a directory with a slash": "sub/",
        "no path": "",
        "None": None,
        "a NUL": "a\0b",
        "a stream": io.BytesIO(b"x"),
    }.items():
        yield Call(name=f"upload {name}", method="upload_file", args=(path,))


class OnlyReads:
    """The least that 3.1.1 took for a file: `read`, called once and without a size."""

    def __init__(self, content: bytes | str) -> None:
        self.content = content

    def read(self) -> bytes | str:
        return self.content


class Piecewise(io.RawIOBase):
    """A stream that cannot seek, and gives less than it is asked for."""

    def __init__(self, content: bytes) -> None:
        self._rest = io.BytesIO(content)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        return self._rest.read(size if size < 0 else min(size, 7))


class Failing:
    """A file whose disk is gone."""

    def read(self, size: int = -1, /) -> bytes:
        raise OSError("the disk is gone")


class Text(str):
    __slots__ = ()


class Bytes(bytes):
    __slots__ = ()


def stream(content: bytes, position: int = 0) -> io.BytesIO:
    made = io.BytesIO(content)
    made.seek(position)
    return made


def spooled() -> object:
    made = tempfile.SpooledTemporaryFile()  # noqa: SIM115  # the call reads it
    made.write(b"spooled")
    made.seek(0)
    return made


def closed() -> io.BytesIO:
    made = io.BytesIO(b"x")
    made.close()
    return made


CONTENTS: Mapping[str, object] = {
    "bytes": b"abc",
    "no bytes": b"",
    "all bytes": bytes(range(256)),
    "many bytes": bytes(range(256)) * 4096,
    "what looks like a boundary": b"\r\n--abc--\r\n",
    "text": "abc",
    "no text": "",
    "Unicode": "\u00fcn\u00ef\u2713 \U0001f389",
    "line breaks": "a\r\nb\n",
    "the name of a file": "report.txt",
    "a number": 5,
    "a float": 1.5,
    "True": True,
    "a stream": stream(b"stream"),
    "an empty stream": stream(b""),
    "a stream in its middle": stream(b"0123456789", 4),
    "a stream at its end": stream(b"0123456789", 10),
    "a text stream": io.StringIO("t\u00ebxt"),
    "an open file": Open("report.txt"),
    "an open file in its middle": Open("report.txt", position=3),
    "a file open as text": Open("report.txt", "r"),
    "a large open file": Open("large.bin"),
    "a temporary file": spooled(),
    "an object that reads bytes": OnlyReads(b"bytes"),
    "an object that reads text": OnlyReads("t\u00ebxt"),
    "a stream that cannot seek": Piecewise(b"abc" * 100),
    "a stream that fails": Failing(),
    "a closed stream": closed(),
    "a subclass of bytes": Bytes(b"abc"),
    "a subclass of str": Text("abc"),
    "a buffered stream": io.BufferedReader(io.BytesIO(b"buffered")),
}

MEANT_CONTENTS: Mapping[str, tuple[object, str, bytes | None]] = {
    "a bytearray": (bytearray(b"abc"), "bytearray(b'abc')", b"abc"),
    "a Path": (Path("report.txt"), "report.txt", FILES["report.txt"]),
    "None": (None, "None", None),
    "a list": ([b"a"], "[b'a']", None),
    "a tuple": ((b"a",), "(b'a',)", None),
    "a dict": ({"a": 1}, "{'a': 1}", None),
}
"""What 3.1.1 sent as its str(): that text, and what is sent now, or `None` where it is refused."""


def contents() -> Iterator[Call]:
    for name, content in CONTENTS.items():
        yield Call(name=f"content: {name}", method="upload_directory_dag", args=({"f": content},))
    for name, (content, text, meant) in MEANT_CONTENTS.items():
        yield Call(
            name=f"content: {name}",
            method="upload_directory_dag",
            args=({"f": content},),
            why=Why.CONTENT,
            differs={"outcome": ("returned {'ok': True}", REFUSED), "requests": (1, 0)}
            if meant is None
            else {"body": ([file("f", text.encode())], [file("f", meant)])},
        )
    yield Call(
        name="content: a file open to write",
        method="upload_directory_dag",
        args=({"f": Open("report.txt", "ab")},),
        why=Why.CONTENT,
        differs={"outcome": ("raised UnsupportedOperation", REFUSED)},
    )
    shared = stream(b"shared")
    yield Call(
        name="contents: one stream twice",
        method="upload_directory_dag",
        args=({"a": shared, "b": shared},),
        why=Why.CONTENT,
        differs={
            "body": (
                [file("a", b"shared"), file("b", b"")],
                [file("a", b"shared"), file("b", b"shared")],
            )
        },
    )
    for name, args in {
        "many kinds": (
            {"b": b"1", "a/b": "2", "a/a": stream(b"3"), "c": Open("report.txt")},
            "dir",
        ),
        "many files": ({f"d{number % 7}/{number}.txt": str(number) for number in range(300)},),
    }.items():
        yield Call(name=f"contents: {name}", method="upload_directory_dag", args=args)


def file(name: str, content: bytes) -> dict[str, object]:
    return {
        "field": "files",
        "filename": name,
        "size": len(content),
        "content": content.decode("latin-1"),
    }


DAG_PATHS: tuple[object, ...] = (
    "a.txt",
    "assets/logo.svg",
    "a/b/c/d/e",
    "with space/x y.txt",
    " around ",
    "\u00fcml\u00e4ut/\u2713.txt",
    "u\u0308",
    "\U0001f389",
    'quo"te',
    "it's",
    "100%",
    "a%20b",
    "semi;colon=x",
    "back\\slash",
    "a\\b\\c.txt",
    "./a",
    "a/./b",
    ".",
    "a//b",
    "a/",
    "a..b",
    "...",
    "c:/x",
    "C:\\x",
    "~/x",
    "line\nbreak",
    "tab\there",
    "x" * 300,
    PurePosixPath("p/q.txt"),
    5,
    None,
    b"bytes",
    "",
    " ",
    "/a",
    "\\a",
    " /a",
    "..",
    "../a",
    "a/../b",
    "a\\..\\b",
    "a/..",
)

DAGS: Mapping[str, tuple[object, ...]] = {
    "no files": ({},),
    "no files and a name": ({}, "a&b \u00fc"),
    "no files and odd names": ({}, "d", ["c", "d"], 5),
    "the same path twice": ({"a/b": b"1", "a\\b": b"2", " a/b": b"3"},),
    "a file that is a folder too": ({"a": b"1", "a/b": b"2"},),
    "a bad path after a good one": ({"a": b"1", "../b": b"2"},),
    "Unicode in two forms": ({"\u00fc": b"1", "u\u0308": b"2"},),
    "a list": ([("a", b"x")],),
    "None": (None,),
}


def dags() -> Iterator[Call]:
    for path in DAG_PATHS:
        yield Call(name=f"path {path!r}", method="upload_directory_dag", args=({path: b"x"},))
    for name, args in DAGS.items():
        yield Call(name=f"directory: {name}", method="upload_directory_dag", args=args)


BASE_URLS: Mapping[str, str] = {
    "without a path": "http://{server}",
    "of a slash": "http://{server}/",
    "of two slashes": "http://{server}//",
    "with an ending slash": "http://{server}/api/v3/",
    "with ending slashes": "http://{server}/api/v3///",
    "with another path": "http://{server}/v4/of/mine",
    "with two slashes inside": "http://{server}/api//v3",
    "encoded": "http://{server}/my%20api/v3",
    "with a space": "http://{server}/my api/v3",
    "in Unicode": "http://{server}/\u00fc/v3",
    "with a dot": "http://{server}/a/./b",
    "with two dots": "http://{server}/a/../b",
    "in capitals": "HTTP://{server}/API/v3",
    "after a space": " http://{server}/api/v3",
    "with a query": "http://{server}/api/v3?a=b",
    "with a fragment": "http://{server}/api/v3#a",
}

BROKEN_BASE_URLS: Mapping[str, tuple[str, str]] = {
    "without a scheme": ("{server}/api/v3", "InvalidSchema"),
    "of another scheme": ("ftp://{server}/api/v3", "InvalidSchema"),
    "of nothing": ("", "MissingSchema"),
}


def base_urls() -> Iterator[Call]:
    for name, url in BASE_URLS.items():
        for method in ("get_me", "get_status"):
            yield Call(
                name=f"{method}, a base URL {name}",
                method=method,
                kwargs=REQUIRED.get(method, {}),
                client={"api_key": "k", "base_url": url},
            )
    for name, (url, raised) in BROKEN_BASE_URLS.items():
        yield Call(
            name=f"a base URL {name}",
            method="get_me",
            client={"api_key": "k", "base_url": url},
            once=True,
            why=Why.NETWORK,
            differs={"outcome": (f"raised {raised}", REFUSED)},
        )
    # A proxy makes every host end here, so that http:// to another machine can be tried.
    yield Call(
        name="a base URL of another host",
        method="get_me",
        client={"token": "t", "base_url": "http://pinarkive.test/api/v3"},
        environment={"HTTP_PROXY": "http://{server}", "http_proxy": "http://{server}"},
    )


SETTINGS: Mapping[str, tuple[Mapping[str, object], Mapping[str, object]]] = {
    "another token": (TOKEN, {"token": "other"}),
    "a token beside a key": (KEY, {"token": "other"}),
    "a key for a token": (TOKEN, {"token": None, "api_key": "other"}),
    "an empty token": ({**KEY, **TOKEN}, {"token": ""}),
    "no key": (KEY, {"api_key": None}),
    "another key": (KEY, {"api_key": "other"}),
    "the first token": ({"base_url": BASE_URL}, {"token": "late"}),
    "a source": (TOKEN, {"request_source": "web"}),
    "no source": ({**TOKEN, "request_source": "web"}, {"request_source": None}),
    "another source": (TOKEN, {"request_source": "cli"}),
    "a base URL": (KEY, {"base_url": "http://{server}/other"}),
    "a base URL with a slash": (KEY, {"base_url": "http://{server}/other/"}),
    "a base URL without a path": (KEY, {"base_url": "http://{server}"}),
    "a base URL of a slash": (KEY, {"base_url": "http://{server}/"}),
}


def settings() -> Iterator[Call]:
    """Attributes count when a call is made, whatever was before."""
    for used_before in (False, True):
        for name, (client, given) in SETTINGS.items():
            yield Call(
                name=f"{name}, set {'after a call' if used_before else 'at once'}",
                method="get_me",
                client=client,
                used_before=used_before,
                settings=given,
            )


def netrc() -> Iterator[Call]:
    basic = "Basic dXNlcjpzZWNyZXQ="
    for name, given, sent in (
        ("a token", {"token": "t"}, {"Authorization": ["Bearer t"]}),
        ("a key", {"api_key": "k"}, {"X-API-Key": ["k"]}),
        ("nothing", {}, {}),
    ):
        yield Call(
            name=f"a .netrc and {name}",
            method="get_me",
            client={**given, "base_url": BASE_URL},
            environment={"NETRC": "netrc"},
            why=Why.NETRC,
            differs={"credentials": ({**sent, "Authorization": [basic]}, sent)},
        )


SENT: tuple[Call, ...] = (
    *plain(),
    *credentials(),
    *options(),
    *odd_options(),
    *required_values(),
    *paths(),
    *uploads(),
    *contents(),
    *dags(),
    *base_urls(),
    *settings(),
    *netrc(),
)
