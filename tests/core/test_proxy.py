"""Which proxy of the environment is used."""

import pytest

from pinarkive._core.proxy import proxy_for

API = "https://api.example.com/v3"
PROXY = "http://proxy.example:3128"


@pytest.mark.parametrize(
    ("environment", "proxy"),
    [
        ({}, None),
        ({"https": PROXY}, PROXY),
        ({"http": PROXY}, None),
        ({"all": PROXY}, PROXY),
        ({"https": PROXY, "all": "http://other"}, PROXY),
        ({"https": "proxy.example:3128"}, PROXY),
        ({"https": "", "all": ""}, None),
        ({"all": "socks5://proxy"}, "socks5://proxy"),
    ],
)
def test_the_scheme_chooses_and_all_is_for_the_rest(
    environment: dict[str, str], proxy: str | None
) -> None:
    assert proxy_for(API, environment) == proxy


@pytest.mark.parametrize(
    ("base_url", "no_proxy", "is_exempt"),
    [
        (API, "*", True),
        (API, "other.example, *", True),
        (API, "", False),
        (API, ",,", False),
        (API, "api.example.com", True),
        (API, "API.example.com", True),
        (API, "example.com", True),
        (API, ".example.com", True),
        (API, "ample.com", False),
        ("https://example.com", ".example.com", False),
        (API, "example.com:443", True),
        (API, "example.com:8443", False),
        ("https://api.example.com:8443", "example.com:8443", True),
        (API, "https://api.example.com", True),
        (API, "all://example.com", True),
        (API, "http://api.example.com", False),
        ("http://localhost:80", "localhost", True),
        ("http://a.localhost:80", "localhost", False),
        ("http://127.0.0.1:80", "127.0.0.1", True),
        ("http://127.0.0.1:80", "127.0.0.0/8", True),
        ("http://127.0.0.1:80", "10.0.0.0/8", False),
        ("http://[::1]:80", "::1", True),
        ("http://[::1]:80", "[::1]", True),
        ("http://[::1]:80", "localhost,127.0.0.1,[::1]", True),
        (API, "localhost,127.0.0.1,[::1]", False),
        ("http://[fe80::1]:80", "fe80::/10", True),
        (API, "fe80::/10", False),
    ],
)
def test_who_is_exempt(base_url: str, no_proxy: str, is_exempt: bool) -> None:
    environment = {"all": PROXY, "no": no_proxy}
    assert (proxy_for(base_url, environment) is None) == is_exempt
