from __future__ import annotations

import copy
import math
import pickle
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pinarkive.config import DEFAULT_BASE_URL, Config, Credential, load_config
from pinarkive.errors import InvalidInputError

TOKEN = "token-0123456789-abcdEFGH"
API_KEY = "key-9876543210-zyxwVUTS"
OTHER = "other-5555555555-mnopQRST"

DEFAULTS: dict[str, object] = {
    "token": None,
    "api_key": None,
    "base_url": None,
    "request_source": None,
    "cluster_id": None,
    "timeout": 60.0,
    "max_retries": 2,
    "max_per_minute": None,
    "allow_insecure": False,
}
LOAD: Callable[..., Config] = load_config


def load(environ: dict[str, str] | None = None, /, **given: object) -> Config:
    return LOAD(**{**DEFAULTS, **given}, environ=environ or {})


def change(config: Config, **given: object) -> Config:
    with_options: Callable[..., Config] = config.with_options
    return with_options(**given)


def refusal(environ: dict[str, str] | None = None, /, **given: object) -> InvalidInputError:
    with pytest.raises(InvalidInputError) as caught:
        load(environ, **given)
    assert caught.value.message.startswith(caught.value.field)
    return caught.value


def test_the_defaults() -> None:
    assert load() == Config(
        base_url="https://api.pinarkive.com/api/v3",
        credential=None,
        request_source=None,
        cluster_id=None,
        timeout=60.0,
        max_retries=2,
    )
    assert load().base_url == DEFAULT_BASE_URL


def test_a_config_is_a_frozen_value() -> None:
    config = load(token=TOKEN)
    assert config == load(token=TOKEN)
    assert hash(config) == hash(load(token=TOKEN))
    assert config != load(api_key=TOKEN)
    with pytest.raises(AttributeError):
        setattr(config, "timeout", 1.0)  # noqa: B010  # the assignment itself is ill-typed


# Credentials: arguments before environment, the token before the key

BOTH = {"PINARKIVE_TOKEN": OTHER, "PINARKIVE_API_KEY": OTHER}


@pytest.mark.parametrize(
    ("environ", "given", "expected"),
    [
        pytest.param({}, {}, None, id="nothing"),
        pytest.param({}, {"token": TOKEN}, ("token", TOKEN), id="token"),
        pytest.param({}, {"api_key": API_KEY}, ("api_key", API_KEY), id="api-key"),
        pytest.param({}, {"token": TOKEN, "api_key": API_KEY}, ("token", TOKEN), id="token-wins"),
        pytest.param({"PINARKIVE_TOKEN": TOKEN}, {}, ("token", TOKEN), id="environment-token"),
        pytest.param(
            {"PINARKIVE_API_KEY": API_KEY}, {}, ("api_key", API_KEY), id="environment-key"
        ),
        pytest.param(
            {"PINARKIVE_TOKEN": TOKEN, "PINARKIVE_API_KEY": API_KEY},
            {},
            ("token", TOKEN),
            id="environment-token-wins",
        ),
        pytest.param(BOTH, {"token": TOKEN}, ("token", TOKEN), id="token-over-environment"),
        pytest.param(BOTH, {"api_key": API_KEY}, ("api_key", API_KEY), id="key-over-both"),
        pytest.param(
            {"PINARKIVE_TOKEN": "", "PINARKIVE_API_KEY": ""}, {}, None, id="empty-is-unset"
        ),
        pytest.param(
            {"PINARKIVE_TOKEN": "", "PINARKIVE_API_KEY": API_KEY},
            {},
            ("api_key", API_KEY),
            id="empty-token-yields",
        ),
        pytest.param(
            {"PINARKIVE_TOKEN": "not usable\n"},
            {"api_key": API_KEY},
            ("api_key", API_KEY),
            id="unused-environment-is-not-judged",
        ),
        pytest.param({"pinarkive_token": TOKEN}, {}, None, id="names-are-exact"),
    ],
)
def test_which_credential_is_used(
    environ: dict[str, str], given: dict[str, object], expected: tuple[str, str] | None
) -> None:
    credential = load(environ, **given).credential
    assert (credential and (credential.kind, credential.secret)) == expected


UNUSABLE = [
    pytest.param("hunter2 hunter2", "space", id="space"),
    pytest.param(" hunter2", "space", id="leading-space"),
    pytest.param("hunter2\n", "line break", id="line-feed"),
    pytest.param("hunter2\r\nX-Evil: 1", "line break", id="header-injection"),
    pytest.param("hunter2\t", "space", id="tab"),
    pytest.param("hunter2\0", "ASCII", id="nul"),
    pytest.param("hunter2\x7f", "ASCII", id="delete"),
    pytest.param("hunter2\u00e9", "ASCII", id="latin"),
    pytest.param("\u201chunter2\u201d", "ASCII", id="typographic-quotes"),
    pytest.param("hunter2\ud800", "ASCII", id="surrogate"),
    pytest.param('"hunter2"', "quotes", id="double-quotes"),
    pytest.param("'hunter2'", "quotes", id="single-quotes"),
    pytest.param("'hunter2", "quotes", id="half-a-quote"),
    pytest.param("Bearer hunter2", "Bearer", id="bearer"),
    pytest.param("bearer hunter2", "Bearer", id="bearer-in-lower-case"),
]


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        *UNUSABLE,
        pytest.param("", "empty", id="empty"),
        pytest.param(b"hunter2", "str", id="bytes"),
        pytest.param(["hunter2"], "str", id="list"),
        pytest.param(0, "str", id="zero"),
    ],
)
@pytest.mark.parametrize("name", ["token", "api_key"])
def test_an_unusable_credential_is_refused_unseen(name: str, value: object, hint: str) -> None:
    for error in (refusal(**{name: value}), refusal(**{"token": TOKEN, name: value})):
        assert error.field == name
        assert hint in error.message
        assert "hunter2" not in f"{error!s}{error!r}{error.args}{vars(error)}"
        assert (error.__cause__, error.__context__) == (None, None)
    with pytest.raises(InvalidInputError, match=hint):
        change(load(), **{name: value})


@pytest.mark.parametrize(("value", "hint"), UNUSABLE)
@pytest.mark.parametrize("name", ["PINARKIVE_TOKEN", "PINARKIVE_API_KEY"])
def test_an_unusable_variable_is_named_and_unseen(name: str, value: str, hint: str) -> None:
    error = refusal({name: value})
    assert error.field == name
    assert hint in error.message
    assert "hunter2" not in str(error)


@given(st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1))
@example("bearer")
@example("Bearer")
@example("a'b\"c")
def test_visible_ascii_is_a_credential_and_shows_four_characters_at_most(secret: str) -> None:
    quoted = secret[0] in "\"'" or secret[-1] in "\"'"
    if quoted:
        refusal(token=secret)
        return
    config = load(token=secret)
    assert config.credential == Credential("token", secret)
    assert config.credential is not None
    masked = config.credential.masked
    assert masked == (f"****{secret[-4:]}" if len(secret) >= 16 else "****")
    assert repr(config.credential) == f"token={masked!r}"


def test_no_text_of_a_config_holds_the_credential() -> None:
    config = load(token=TOKEN)
    assert config.credential is not None
    for shown in (
        repr(config),
        str(config),
        f"{config}",
        repr(config.credential),
        f"{config.credential}",
        repr([config]),
        "%r %s" % (config, config.credential),  # noqa: UP031  # one more way to text
    ):
        assert TOKEN not in shown
        assert TOKEN[-5:] not in shown
        assert f"****{TOKEN[-4:]}" in shown
    assert pickle.loads(pickle.dumps(config)) == config  # noqa: S301
    assert copy.deepcopy(config) == config


@pytest.mark.parametrize(
    ("start", "given", "expected"),
    [
        pytest.param("token", {}, ("token", TOKEN), id="left-out"),
        pytest.param("token", {"token": OTHER}, ("token", OTHER), id="token-for-token"),
        pytest.param("token", {"api_key": OTHER}, ("api_key", OTHER), id="key-for-token"),
        pytest.param("api_key", {"token": OTHER}, ("token", OTHER), id="token-for-key"),
        pytest.param("api_key", {"api_key": OTHER}, ("api_key", OTHER), id="key-for-key"),
        pytest.param(
            "api_key",
            {"token": OTHER, "api_key": API_KEY},
            ("token", OTHER),
            id="both-and-token-wins",
        ),
        pytest.param(None, {"api_key": OTHER}, ("api_key", OTHER), id="key-for-none"),
    ],
)
def test_either_credential_replaces_both(
    start: str | None, given: dict[str, object], expected: tuple[str, str]
) -> None:
    before = load(**({start: TOKEN} if start else {}))
    credential = change(before, **given).credential
    assert credential is not None
    assert (credential.kind, credential.secret) == expected
    assert before == load(**({start: TOKEN} if start else {}))


@pytest.mark.parametrize(
    ("given", "name", "expected"),
    [
        pytest.param({"timeout": 5}, "timeout", 5.0, id="timeout"),
        pytest.param({"timeout": None}, "timeout", None, id="no-timeout"),
        pytest.param({"max_retries": 0}, "max_retries", 0, id="retries"),
        pytest.param({"max_per_minute": 100}, "max_per_minute", 100, id="pace"),
        pytest.param({"max_per_minute": None}, "max_per_minute", None, id="no-pace"),
        pytest.param({"cluster_id": "cl1-eu"}, "cluster_id", "cl1-eu", id="cluster"),
        pytest.param({"cluster_id": None}, "cluster_id", None, id="no-cluster"),
    ],
)
def test_an_option_changes_itself_alone(
    given: dict[str, object], name: str, expected: object
) -> None:
    before = load(
        token=TOKEN,
        base_url="https://example.com/x",
        request_source="web",
        cluster_id="cl0-global",
        timeout=7,
        max_retries=4,
        max_per_minute=60,
    )
    after = change(before, **given)
    assert getattr(after, name) == expected
    for other in ("base_url", "credential", "request_source", *DEFAULTS):
        if other != name and hasattr(before, other):
            assert getattr(after, other) == getattr(before, other)
    assert change(before) == before


# Numbers and the rest


@pytest.mark.parametrize("value", [1, 0.001, 60.0, 1e9, None], ids=repr)
def test_a_timeout_is_seconds_or_no_limit(value: float | None) -> None:
    found = load(timeout=value).timeout
    assert found == value
    assert found is None or isinstance(found, float)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(0, id="zero"),
        pytest.param(0.0, id="zero-float"),
        pytest.param(-1, id="negative"),
        pytest.param(math.nan, id="nan"),
        pytest.param(math.inf, id="infinite"),
        pytest.param(-math.inf, id="negative-infinite"),
        pytest.param(True, id="true"),
        pytest.param(False, id="false"),
        pytest.param("5", id="text"),
        pytest.param(b"5", id="bytes"),
        pytest.param(Decimal(5), id="decimal"),
        pytest.param(Fraction(5), id="fraction"),
        pytest.param(1j, id="complex"),
        pytest.param([5], id="list"),
        pytest.param((5, 5), id="pair"),
        pytest.param(10**400, id="beyond-float"),
        pytest.param(-(10**5_000), id="beyond-text"),
    ],
)
def test_what_is_no_timeout_is_refused(value: object) -> None:
    error = refusal(timeout=value)
    assert error.field == "timeout"
    assert "None" in error.message
    with pytest.raises(InvalidInputError):
        change(load(), timeout=value)


@pytest.mark.parametrize(
    "value",
    [
        -1,
        True,
        1.0,
        math.inf,
        "2",
        None,
        [2],
        pytest.param(-(10**5_000), id="beyond-text"),
    ],
)
def test_retries_are_an_int_from_zero(value: object) -> None:
    assert [load(max_retries=count).max_retries for count in (0, 1, 100)] == [0, 1, 100]
    assert refusal(max_retries=value).field == "max_retries"
    with pytest.raises(InvalidInputError, match="max_retries"):
        change(load(), max_retries=value)


@pytest.mark.parametrize("value", [0, -1, True, 1.0, math.inf, "2", [2]], ids=repr)
def test_a_pace_is_an_int_from_one_or_none(value: object) -> None:
    paces = (1, 100, 10**400, None)
    assert [load(max_per_minute=pace).max_per_minute for pace in paces] == list(paces)
    assert refusal(max_per_minute=value).field == "max_per_minute"
    with pytest.raises(InvalidInputError, match="max_per_minute"):
        change(load(), max_per_minute=value)


@pytest.mark.parametrize("value", ["WEB", "", "api", 1, True, b"web", ["web"]], ids=repr)
def test_the_only_source_is_the_web(value: object) -> None:
    assert [load(request_source=source).request_source for source in ("web", None)] == [
        "web",
        None,
    ]
    error = refusal(request_source=value)
    assert (error.field, "'web'" in error.message) == ("request_source", True)


@pytest.mark.parametrize("value", ["", "cl 0", "cl0\n", "cl\u00f1", 0, b"cl0"], ids=repr)
def test_an_impossible_cluster_is_refused(value: object) -> None:
    assert load(cluster_id="cl0-global").cluster_id == "cl0-global"
    assert refusal(cluster_id=value).field == "cluster_id"


# Base URLs


@pytest.mark.parametrize(
    ("url", "normal"),
    [
        ("https://api.pinarkive.com/api/v3", "https://api.pinarkive.com/api/v3"),
        ("https://api.pinarkive.com/api/v3/", "https://api.pinarkive.com/api/v3"),
        ("https://api.pinarkive.com/api/v3///", "https://api.pinarkive.com/api/v3"),
        ("https://api.pinarkive.com", "https://api.pinarkive.com/api/v3"),
        ("https://api.pinarkive.com/", "https://api.pinarkive.com/api/v3"),
        ("https://api.pinarkive.com/other", "https://api.pinarkive.com/other"),
        ("HTTPS://API.Example.COM/Api", "https://api.example.com/Api"),
        ("https://example.com:8443", "https://example.com:8443/api/v3"),
        ("https://example.com:", "https://example.com/api/v3"),
        ("https://example.com.", "https://example.com./api/v3"),
        ("https://xn--exmple-cua.com", "https://xn--exmple-cua.com/api/v3"),
        ("https://ex\u00e4mple.com:8443/x", "https://xn--exmple-cua.com:8443/x"),
        ("https://B\u00dcCHER.example", "https://xn--bcher-kva.example/api/v3"),
        ("http://sandbox.localhost:8080", "http://sandbox.localhost:8080/api/v3"),
        ("https://my_host/x", "https://my_host/x"),
        ("https://intranet", "https://intranet/api/v3"),
        ("https://192.0.2.1:1", "https://192.0.2.1:1/api/v3"),
        ("https://[2001:DB8::1]:8443/x", "https://[2001:db8::1]:8443/x"),
        ("https://1password.example", "https://1password.example/api/v3"),
        ("https://example.com/a%20b", "https://example.com/a%20b"),
        ("https://example.com/v..3", "https://example.com/v..3"),
        ("http://localhost", "http://localhost/api/v3"),
        ("http://LOCALHOST:8080/x", "http://localhost:8080/x"),
        ("http://127.0.0.1:1", "http://127.0.0.1:1/api/v3"),
        ("http://127.8.9.10", "http://127.8.9.10/api/v3"),
        ("http://[::1]:9/x/", "http://[::1]:9/x"),
    ],
)
def test_a_base_url_has_one_form(url: str, normal: str) -> None:
    assert load(base_url=url).base_url == normal
    assert load({"PINARKIVE_API_BASE_URL": url}).base_url == normal
    assert load(base_url=normal).base_url == normal


@pytest.mark.parametrize(
    ("url", "hint"),
    [
        pytest.param("", "empty", id="empty"),
        pytest.param("api.pinarkive.com", "https://", id="no-scheme"),
        pytest.param("//api.pinarkive.com", "https://", id="no-scheme-slashes"),
        pytest.param("ftp://example.com", "https://", id="ftp"),
        pytest.param("ws://example.com", "https://", id="websocket"),
        pytest.param("file:///etc/passwd", "https://", id="file"),
        pytest.param("javascript:alert(1)", "https://", id="javascript"),
        pytest.param("https:example.com", "host", id="no-slashes"),
        pytest.param("https://", "host", id="no-host"),
        pytest.param("https:///api/v3", "host", id="no-host-but-path"),
        pytest.param("https://:8443", "host", id="port-alone"),
        pytest.param("https://user@example.com", "user name", id="user"),
        pytest.param("https://user:x@example.com", "user name", id="user-and-password"),
        pytest.param("https://@example.com", "user name", id="empty-user"),
        pytest.param("https://example.com@evil.example", "user name", id="host-as-user"),
        pytest.param("https://example.com/?a=1", "query", id="query"),
        pytest.param("https://example.com?", "query", id="empty-query"),
        pytest.param("https://example.com/#a", "fragment", id="fragment"),
        pytest.param("https://example.com#", "fragment", id="empty-fragment"),
        pytest.param("https://example.com/a/../b", "'..'", id="up"),
        pytest.param("https://example.com/..", "'..'", id="up-alone"),
        pytest.param("https://example.com/./a", "'.'", id="here"),
        pytest.param("https://example.com/%2e%2E/a", "'..'", id="encoded-up"),
        pytest.param("https://example.com/.%2e/a", "'..'", id="half-encoded-up"),
        pytest.param("https://example.com/x%2f..%2fa", "'..'", id="up-behind-encoded-slash"),
        pytest.param("https://example.com//a", "path", id="double-slash"),
        pytest.param("https://example.com/a//b", "path", id="double-slash-within"),
        pytest.param("https://example.com\\@evil.example", "", id="backslash"),
        pytest.param("https:\\\\example.com", "", id="backslashes"),
        pytest.param("https://exam ple.com", "", id="space-in-host"),
        pytest.param(" https://example.com", "space", id="leading-space"),
        pytest.param("https://example.com\n", "", id="newline"),
        pytest.param("https://exa\nmple.com", "", id="newline-within"),
        pytest.param("https://example.com/\ta", "", id="tab"),
        pytest.param("https://example.com/\0", "", id="nul"),
        pytest.param("https://ex\u00e4m\nple.com", "ASCII", id="newline-in-unicode-host"),
        pytest.param("https://u@ex\u00e4mple.com", "", id="user-and-unicode-host"),
        pytest.param("https://\u2764.example", "malformed", id="no-idna-host"),
        pytest.param("https://example\u3002com", "", id="ideographic-full-stop"),
        pytest.param("https://example.com/\u00e4", "ASCII", id="unicode-path"),
        pytest.param("https://a..b", "host", id="empty-label"),
        pytest.param("https://.example.com", "host", id="leading-dot"),
        pytest.param("https://-a.example", "host", id="leading-hyphen"),
        pytest.param("https://a-.example", "host", id="trailing-hyphen"),
        pytest.param(f"https://{'a' * 64}.example", "host", id="long-label"),
        pytest.param(f"https://{'a.' * 127}example", "host", id="long-host"),
        pytest.param("https://*.example.com", "host", id="wildcard"),
        pytest.param("https://{host}.example", "host", id="placeholder"),
        pytest.param("https://a,b.example", "host", id="comma"),
        pytest.param("https://ex%61mple.com", "host", id="encoded-host"),
        pytest.param("https://1.2.3", "host", id="short-ipv4"),
        pytest.param("https://1.2.3.256", "host", id="ipv4-beyond"),
        pytest.param("https://01.2.3.4", "host", id="octal-ipv4"),
        pytest.param("https://2130706433", "host", id="decimal-ipv4"),
        pytest.param("https://0x7f000001", "host", id="hexadecimal-ipv4"),
        pytest.param("https://0x7f.1", "host", id="hexadecimal-dotted-ipv4"),
        pytest.param("https://[::1", "", id="open-bracket"),
        pytest.param("https://[::1]evil.example", "", id="text-behind-bracket"),
        pytest.param("https://[1.2.3.4]", "", id="ipv4-in-brackets"),
        pytest.param("https://[v1.fe80]", "", id="ip-of-the-future"),
        pytest.param("https://[fe80::1%25eth0]", "host", id="ipv6-zone"),
        pytest.param("https://example.com:65536", "ort", id="port-beyond"),
        pytest.param("https://example.com:-1", "ort", id="negative-port"),
        pytest.param("https://example.com:8o", "ort", id="port-of-letters"),
        pytest.param("https://example.com:80:80", "ort", id="two-ports"),
        pytest.param("https://example.com:0", "ort", id="port-zero"),
        pytest.param(b"https://example.com", "str", id="bytes"),
        pytest.param(5, "str", id="number"),
        pytest.param(["https://example.com"], "str", id="list"),
    ],
)
@pytest.mark.parametrize("allow_insecure", [False, True], ids=["secure", "insecure"])
def test_what_is_no_base_url_is_refused(url: object, hint: str, allow_insecure: bool) -> None:
    error = refusal(base_url=url, allow_insecure=allow_insecure)
    assert error.field == "base_url"
    assert hint in error.message.partition(": ")[2]


@pytest.mark.parametrize(
    "host",
    [
        "api.pinarkive.com",
        "192.0.2.1",
        "10.0.0.1",
        "0.0.0.0",  # noqa: S104
        "[::]",
        "[2001:db8::1]",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "evil-localhost",
        "a.localhost.example",
        "128.0.0.1",
    ],
)
def test_http_is_for_this_machine_unless_allowed(host: str) -> None:
    url = f"http://{host}/x"
    error = refusal(base_url=url)
    assert (error.field, "allow_insecure=True" in error.message) == ("base_url", True)
    assert load(base_url=url, allow_insecure=True).base_url == url
    assert load(base_url=url.replace("http", "https", 1)).base_url.startswith("https://")


def test_where_the_base_url_comes_from() -> None:
    variable = {"PINARKIVE_API_BASE_URL": "https://environment.example"}
    assert load(variable).base_url == "https://environment.example/api/v3"
    assert load(variable, base_url="https://argument.example").base_url.startswith(
        "https://argument"
    )
    assert load({"PINARKIVE_API_BASE_URL": ""}).base_url == DEFAULT_BASE_URL
    assert load(
        {"PINARKIVE_API_BASE_URL": "nonsense"}, base_url="https://a.example"
    ).credential is (None)
    assert refusal({"PINARKIVE_API_BASE_URL": "nonsense"}).field == "PINARKIVE_API_BASE_URL"


@pytest.mark.parametrize(
    "url",
    [
        "https://user:hunter2@example.com",
        "https://user:hun@ter2hunter2@example.com",
        "https://hunter2@example.com/with@sign",
        "https://user:hunter2@exa mple.com",
        "http://user:hunter2@[::1",
        "https://example.com/?token=hunter2",
        "https://example.com/#access_token=hunter2",
        "https://user:hunter2",
    ],
)
def test_no_refusal_shows_what_may_be_a_secret(url: str) -> None:
    error = refusal(base_url=url)
    assert "ter2" not in f"{error!s}{error!r}{error.args}"
    assert (error.__cause__, error.__context__) == (None, None)


@given(
    st.text(st.sampled_from("abz019.-:/@?#[]%\\ \t\n\u00e9\ud800_") | st.characters(), max_size=20),
    st.sampled_from(["", "http://", "https://", "https://example.com/", "http://localhost"]),
    st.booleans(),
)
def test_any_text_is_a_base_url_or_refused(text: str, start: str, allow_insecure: bool) -> None:
    try:
        found = load(base_url=start + text, allow_insecure=allow_insecure).base_url
    except InvalidInputError:
        return
    assert found.startswith(("https://", "http://"))
    assert found.isascii()
    assert found.isprintable()
    assert "@" not in found.split("/")[2]
    assert not set(found) & set("?#\\ ")
    assert "/../" not in f"{found}/"
    assert not found.endswith("/")
    assert load(base_url=found, allow_insecure=allow_insecure).base_url == found


def test_allow_insecure_is_true_or_false() -> None:
    with pytest.raises(InvalidInputError) as caught:
        load(base_url="http://example.com", allow_insecure="false")
    assert caught.value.field == "allow_insecure"
