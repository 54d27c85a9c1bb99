from __future__ import annotations

import base64
import json
import string
from collections.abc import Callable
from pathlib import Path
from typing import TypedDict

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pinarkive.cid import CID, DAG_PB, LIBP2P_KEY, RAW, SHA2_256, encode_varint


class Accepted(TypedDict):
    version: int
    codec: int
    hash_code: int
    digest: str
    binary: str
    texts: dict[str, str]


class Vectors(TypedDict):
    accepted: list[Accepted]
    ipns_names: list[str]
    peer_id: str


VECTORS: Vectors = json.loads((Path(__file__).parent / "data" / "cid.json").read_text("utf-8"))

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
BASE36 = string.digits + string.ascii_lowercase

V0 = "QmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n"
V1 = "bafybeidskjjd4zmr7oh6ku6wp72vvbxyibcli2r6if3ocdcy7jjjusvl2u"
V1_BASE58 = "zdj7Wd8AMwqnhJGQCbFxBVodGSBG84TM7Hs1rcJuQMwTyfEDS"


def in_base16(data: bytes) -> str:
    return "f" + data.hex()


def in_base32(data: bytes) -> str:
    return "b" + base64.b32encode(data).decode().rstrip("=").lower()


def as_digits(data: bytes, alphabet: str) -> str:
    number = int.from_bytes(data, "big")
    text = ""
    while number:
        number, digit = divmod(number, len(alphabet))
        text = alphabet[digit] + text
    return alphabet[0] * (len(data) - len(data.lstrip(b"\0"))) + text


def in_base36(data: bytes) -> str:
    return "k" + as_digits(data, BASE36)


def in_base58(data: bytes) -> str:
    return "z" + as_digits(data, BASE58)


def hexadecimal(text: str) -> str:
    return in_base16(bytes.fromhex(text))


@pytest.mark.parametrize("vector", VECTORS["accepted"], ids=lambda vector: vector["binary"][:16])
def test_reads_every_base_of_another_implementation(vector: Accepted) -> None:
    expected = CID(
        vector["version"], vector["codec"], vector["hash_code"], bytes.fromhex(vector["digest"])
    )
    canonical = vector["texts"]["base58btc" if vector["version"] == 0 else "base32"]
    assert expected.bytes.hex() == vector["binary"]
    assert str(expected) == canonical
    for text in vector["texts"].values():
        assert CID.parse(text) == expected


def test_a_subclass_of_str_is_text() -> None:
    class Name(str):
        __slots__ = ()

    assert CID.parse(Name(V1)) == CID.parse(V1)


@pytest.mark.parametrize("text", VECTORS["ipns_names"])
def test_an_ipns_name_is_refused_in_every_base(text: str) -> None:
    with pytest.raises(ValueError, match="IPNS name"):
        CID.parse(text)


REFUSED = {
    "empty": ("", "it is empty"),
    "path": ("/ipfs/" + V1, r"IPFS path: pass the bare CID, the part after '/ipfs/'"),
    "path without a slash": ("ipfs/" + V1, "IPFS path: pass the bare CID"),
    "path of a name": ("/ipns/example.org", "IPNS path"),
    "address": ("ipfs://" + V1, r"ipfs:// address: pass the bare CID"),
    "address in capitals": ("IPFS://" + V1, r"ipfs:// address"),
    "address of a name": ("ipns://example.org", r"ipns:// address"),
    "web address": ("https://gateway.example/ipfs/" + V1, "web address: pass the bare CID"),
    "plain web address": ("http://127.0.0.1:8080/ipfs/" + V1, "web address"),
    "long web address": ("https://gateway.example/" + "x" * 600, "web address"),
    "path below": (V1 + "/readme.md", "without a path"),
    "host name": (V1 + ".ipfs.example", r"contains '\.'"),
    "query": (V0[:-1] + "?", r"contains '\?'"),
    "space before": (" " + V1, "white space"),
    "space after": (V0 + " ", "white space"),
    "space within": (V1[:20] + " " + V1[20:], "white space"),
    "line end": (V1 + "\n", "white space"),
    "no-break space": (V1 + "\u00a0", "white space"),
    "zero-width space": (V1 + "\u200b", "non-ASCII"),
    "byte order mark": ("\ufeff" + V1, "non-ASCII"),
    "Cyrillic letter": (V1.replace("a", "\u0430", 1), r"\\u0430.*non-ASCII"),
    "full-width letter": ("\uff42" + V1[1:], "non-ASCII"),
    "Arabic digit": (V1.replace("4", "\u0664"), "non-ASCII"),
    "dotless i for I": ("Qm" + "\u0131" * 44, "non-ASCII"),
    "lone surrogate": (V1[:-1] + "\ud800", "non-ASCII"),
    "NUL": (V1 + "\0", r"contains '\\x00'"),
    "underscore": ("k" + "1_" * 20, "contains '_'"),
    "sign": ("f+" + CID.parse(V1).bytes.hex()[1:], r"contains '\+'"),
    "too long": ("b" + "a" * 512, "513 characters"),
    "far too long": ("z" * 1_000_000, "1000000 characters"),
    "padding": (V1 + "=", "no padding"),
    "version 0 cut short": (V0[:-1], "has 46 characters, this has 45"),
    "version 0 too long": (V0 + "1", "has 46 characters, this has 47"),
    "only the start": ("Qm", "has 46 characters, this has 2"),
    "version 0 with 0": (V0[:-1] + "0", "contains '0'"),
    "version 0 with l": (V0[:-1] + "l", "contains 'l', which is not part of its base"),
    "not a sha2-256 hash": ("Qm" + "1" * 44, "does not contain a sha2-256 hash"),
    "not a sha2-256 hash either": ("Qm" + "z" * 44, "does not contain a sha2-256 hash"),
    "version 0 in lower case": (V0.lower(), "does not start with 'q'"),
    "version 0 in base58 with prefix": ("z" + V0, "version 0 in another base"),
    "version 0 in base32": (in_base32(CID.parse(V0).bytes), "version 0 in another base"),
    "version 0 in base16": (in_base16(CID.parse(V0).bytes), "version 0 in another base"),
    "peer ID": (VECTORS["peer_id"], "peer ID"),
    "base64": ("m" + base64.b64encode(CID.parse(V1).bytes).decode().rstrip("="), "start with 'm'"),
    "base64url": ("uAXASIHJSUj5", "start with 'u'"),
    "base32 with padding": ("cafybeidskj", "start with 'c'"),
    "base32hex": ("v05o14", "start with 'v'"),
    "base58flickr": ("ZDJ7", "start with 'Z'"),
    "base2": ("0" + "01" * 40, "start with '0'"),
    "text": ("hello", "start with 'h'"),
    "only a prefix": ("b", "is too short"),
    "only a number prefix": ("k", "is too short"),
    "capital within lower case": (V1[:-1] + V1[-1].upper(), "upper and lower case"),
    "capital prefix": ("B" + V1[1:], "upper and lower case"),
    "small prefix": ("b" + V1[1:].upper(), "upper and lower case"),
    "capital within base16": ("f01551220" + "aA" * 32, "upper and lower case"),
    "small prefix of base36": ("k" + in_base36(CID.parse(V1).bytes)[1:].upper(), "upper and lower"),
    "1 in base32": (V1[:-1] + "1", "contains '1'"),
    "base32 cut by one": (V1[:-1], "no CID has this length"),
    "base32 cut by two": (V1[:-2], "31 bytes but should have 32"),
    "base32 one too long": (V1 + "aa", "33 bytes but should have 32"),
    "base32 with more bits": (V1[:-1] + "v", "no CID ends with this character"),
    "base16 cut by one": ("f0155122", "no CID has this length"),
    "base58 cut by one": (V1_BASE58[:-1], "all of it was copied"),
    "version 0 in the binary form": (hexadecimal("00551220" + "00" * 32), "version is 0"),
    "version 2": (hexadecimal("02551220" + "00" * 32), "version is 2"),
    "zero before base36": ("k0" + in_base36(CID.parse(V1).bytes)[1:], "version is 0"),
    "one before base58": ("z1" + V1_BASE58[1:], "version is 0"),
    "no codec": (hexadecimal("01"), "is too short"),
    "no hash": (hexadecimal("0155"), "is too short"),
    "no length": (hexadecimal("015512"), "is too short"),
    "number not ended": (hexadecimal("01ff"), "is too short"),
    "no digest": (hexadecimal("01551220"), "0 bytes but should have 32"),
    "digest cut": (hexadecimal("01551220" + "00" * 31), "31 bytes but should have 32"),
    "digest too long": (hexadecimal("01551220" + "00" * 33), "33 bytes but should have 32"),
    "two CIDs": (hexadecimal(("01551220" + "00" * 32) * 2), "68 bytes but should have 32"),
    "version not minimal": (hexadecimal("8100551220" + "00" * 32), "in too many bytes"),
    "codec not minimal": (hexadecimal("01d5001220" + "00" * 32), "in too many bytes"),
    "length not minimal": (hexadecimal("015512a000" + "00" * 32), "in too many bytes"),
    "codec of ten bytes": (hexadecimal("01" + "ff" * 9 + "011220" + "00" * 32), "too large"),
    "zero of ten bytes": (hexadecimal("01" + "80" * 9 + "001220" + "00" * 32), "too large"),
    "endless number": (hexadecimal("01" + "ff" * 200), "too large"),
    "sha2-256 too long": (hexadecimal("01551221" + "00" * 33), "at most 32"),
    "sha1 too long": (hexadecimal("01551115" + "00" * 21), "at most 20"),
    "blake2b-256 too long": (hexadecimal("0155a0e40221" + "00" * 33), "at most 32"),
    "blake2s-128 too long": (hexadecimal("0155d0e40211" + "00" * 17), "at most 16"),
    "identity too long": (hexadecimal("0155008101" + "00" * 129), "at most 128"),
    "sha2-256 cut to 16": (hexadecimal("01701210" + "00" * 16), "digest of 16 bytes is too short"),
    "sha2-256 cut to 19": (hexadecimal("01551213" + "00" * 19), "at least 20"),
    "sha2-256 cut to nothing": (hexadecimal("01551200"), "digest of 0 bytes is too short"),
    "md5": ("bafk5kaiqxxiwnlz2mp3342ln2f5cdctp7m", "digest of 16 bytes is too short"),
    "murmur3": (hexadecimal("01552208" + "00" * 8), "digest of 8 bytes is too short"),
    "a function that is not listed": (hexadecimal("01551e13" + "00" * 19), "at least 20"),
}


@pytest.mark.parametrize(("text", "reason"), REFUSED.values(), ids=REFUSED)
def test_refuses_and_says_why(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason) as caught:
        CID.parse(text)
    assert type(caught.value) is ValueError
    assert len(str(caught.value)) < 300
    assert str(caught.value).isascii()
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("value", [None, 3, V1.encode(), [V1], CID.parse(V1)])
def test_refuses_what_is_not_text(value: str) -> None:
    with pytest.raises(ValueError, match=f"must be a str, not {type(value).__name__}"):
        CID.parse(value)


def test_quotes_the_start_of_a_long_text() -> None:
    with pytest.raises(ValueError, match=r"^'x{77}\.\.\.' is not a CID") as caught:
        CID.parse("x" * 500)
    assert "x" * 78 not in str(caught.value)


def test_quotes_a_short_text_in_full() -> None:
    with pytest.raises(ValueError, match=r"^'x{80}' is not a CID"):
        CID.parse("x" * 80)


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ((2, RAW, SHA2_256, bytes(32)), "version 2"),
        ((-1, RAW, SHA2_256, bytes(32)), "version -1"),
        ((0, RAW, SHA2_256, bytes(32)), "always dag-pb"),
        ((0, DAG_PB, 0x13, bytes(32)), "always dag-pb"),
        ((0, DAG_PB, SHA2_256, bytes(31)), "always dag-pb"),
        ((1, LIBP2P_KEY, SHA2_256, bytes(32)), "IPNS name"),
        ((1, -1, SHA2_256, bytes(32)), "-1 is not a valid codec"),
        ((1, 2**63, SHA2_256, bytes(32)), "not a valid codec"),
        ((1, RAW, -1, bytes(32)), "-1 is not a valid hash function"),
        ((1, RAW, 2**63, bytes(32)), "not a valid hash function"),
        ((1, RAW, SHA2_256, bytes(33)), "at most 32"),
        ((1, RAW, 0x1E, bytes(129)), "at most 128"),
        ((1, RAW, SHA2_256, bytes(19)), "at least 20"),
        ((1, RAW, 0xD5, bytes(16)), "at least 20"),
    ],
)
def test_refuses_parts_that_do_not_fit(parts: tuple[int, int, int, bytes], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        CID(*parts)


def test_of_hashes_the_block() -> None:
    # The digest is that of FIPS 180-2 for "abc".
    assert CID.of(DAG_PB, b"abc").bytes.hex() == (
        "01701220ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )


@pytest.mark.parametrize(
    ("number", "encoded"),
    [(0, "00"), (1, "01"), (127, "7f"), (128, "8001"), (300, "ac02"), (2**63 - 1, "ff" * 8 + "7f")],
)
def test_varint(number: int, encoded: str) -> None:
    assert encode_varint(number).hex() == encoded


def test_varint_is_not_negative() -> None:
    with pytest.raises(ValueError, match="-1"):
        encode_varint(-1)


NUMBERS = st.one_of(st.integers(0, 300), st.integers(0, 2**63 - 1))
BASES = st.sampled_from([in_base16, in_base32, in_base36, in_base58])


@st.composite
def cids(draw: st.DrawFn) -> CID:
    if draw(st.integers(0, 4)) == 0:
        return CID(0, DAG_PB, SHA2_256, draw(st.binary(min_size=32, max_size=32)))
    codec = draw(NUMBERS.filter(lambda number: number != LIBP2P_KEY))
    if draw(st.booleans()):
        return CID(1, codec, SHA2_256, draw(st.binary(min_size=32, max_size=32)))
    hash_code = draw(st.sampled_from([0, 0x18, 0x1E, 0x400, 0xB401, 2**63 - 1]))
    shortest = 20 if hash_code else 0
    return CID(1, codec, hash_code, draw(st.binary(min_size=shortest, max_size=128)))


@given(cids())
def test_text_reads_back(cid: CID) -> None:
    assert CID.parse(str(cid)) == cid


@given(cids().filter(lambda cid: cid.version == 1), BASES)
@example(CID(1, 2**63 - 1, 2**63 - 1, b"\xff" * 128), in_base16)
def test_every_base_reads_back(cid: CID, base: Callable[[bytes], str]) -> None:
    text = base(cid.bytes)
    assert CID.parse(text) == cid
    if base is not in_base58:
        assert CID.parse(text.upper()) == cid


CHARACTERS = st.sampled_from(string.printable + "\u0430\u00df\u0661")


def parse(text: str) -> CID | ValueError:
    try:
        return CID.parse(text)
    except ValueError as error:
        return error


def reads_back_or_fails(text: str) -> None:
    cid = parse(text)
    if isinstance(cid, ValueError):
        assert type(cid) is ValueError
        return
    assert CID.parse(str(cid)) == cid
    if cid.version == 0:
        assert text == str(cid)
    else:
        written = {
            "b": in_base32,
            "f": in_base16,
            "k": in_base36,
            "z": in_base58,
        }[text[0].lower()](cid.bytes)
        assert text in (written, written.upper())


@given(cids(), BASES, st.integers(0), CHARACTERS, st.sampled_from("dris"))
def test_one_wrong_character_is_found_or_gives_another_whole_cid(
    cid: CID, base: Callable[[bytes], str], at: int, character: str, edit: str
) -> None:
    text = str(cid) if cid.version == 0 else base(cid.bytes)
    at %= len(text)
    match edit:
        case "d":
            text = text[:at] + text[at + 1 :]
        case "r":
            text = text[:at] + character + text[at + 1 :]
        case "i":
            text = text[:at] + character + text[at:]
        case _:
            text = text[:at] + text[at].swapcase() + text[at + 1 :]
    reads_back_or_fails(text)


@given(st.one_of(st.text(), st.text(st.sampled_from(BASE58)).map("z".__add__)))
def test_any_text_fails_only_with_value_error(text: str) -> None:
    reads_back_or_fails(text)


@given(st.binary(max_size=60), BASES)
def test_any_bytes_fail_only_with_value_error(data: bytes, base: Callable[[bytes], str]) -> None:
    reads_back_or_fails(base(b"\x01" + data))
