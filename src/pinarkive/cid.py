"""Content identifiers (CIDs): reading, checking and writing them."""

from __future__ import annotations

import base64
import builtins
import hashlib
from dataclasses import dataclass
from functools import lru_cache

RAW = 0x55
"""Codec of a block that is plain bytes."""

DAG_PB = 0x70
"""Codec of a block with a file or directory node."""

LIBP2P_KEY = 0x72
"""Codec of an IPNS name; never content."""

IDENTITY = 0x00
"""Multihash code of a digest that is the block itself, of any length."""

SHA2_256 = 0x12
"""Multihash code of SHA2-256."""

MAX_TEXT_LENGTH = 512
"""Longest text that `CID.parse` accepts."""

MIN_DIGEST_LENGTH = 20
"""Shortest digest of a CID, in bytes, except for `IDENTITY`; Kubo accepts no shorter one."""

MAX_DIGEST_LENGTH = 128
"""Longest digest of a CID, in bytes."""

_MAX_VARINT_BYTES = 9
_MAX_VARINT = 2 ** (7 * _MAX_VARINT_BYTES) - 1
_QUOTED_LENGTH = 80
_V0_TEXT_LENGTH = 46
_V0_PREFIX = bytes((SHA2_256, 32))

_BASE16 = "0123456789abcdef"
_BASE32 = "abcdefghijklmnopqrstuvwxyz234567"
_BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz"
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_ALPHABETS = {
    "b": _BASE32,
    "B": _BASE32.upper(),
    "f": _BASE16,
    "F": _BASE16.upper(),
    "k": _BASE36,
    "K": _BASE36.upper(),
    "z": _BASE58,
}

# The same digits in the notation of Python.
_DIGITS = {
    alphabet: str.maketrans(alphabet, _BASE36[: len(alphabet)])
    for alphabet in _ALPHABETS.values()
    if alphabet is not _BASE58
}

# The longest digest of each hash function, in bytes. A multihash may be truncated, but not below
# MIN_DIGEST_LENGTH. The limit for functions that are not listed, or that have no fixed length, is
# MAX_DIGEST_LENGTH.
_DIGEST_LENGTHS = {
    0x11: 20,  # sha1
    SHA2_256: 32,
    0x13: 64,  # sha2-512
    0x14: 64,  # sha3-512
    0x15: 48,  # sha3-384
    0x16: 32,  # sha3-256
    0x17: 28,  # sha3-224
    0x1A: 28,  # keccak-224
    0x1B: 32,  # keccak-256
    0x1C: 48,  # keccak-384
    0x1D: 64,  # keccak-512
    0x20: 48,  # sha2-384
    0x56: 32,  # dbl-sha2-256
    0xD5: 16,  # md5
    0x1013: 28,  # sha2-224
    0x1014: 28,  # sha2-512-224
    0x1015: 32,  # sha2-512-256
    0x1053: 20,  # ripemd-160
    **{0xB200 + length: length for length in range(1, 65)},  # blake2b-8 to blake2b-512
    **{0xB240 + length: length for length in range(1, 33)},  # blake2s-8 to blake2s-256
}

_HINTS = {
    "/ipfs/": "this is an IPFS path: pass the bare CID, the part after '/ipfs/'",
    "ipfs/": "this is an IPFS path: pass the bare CID, the part after 'ipfs/'",
    "/ipns/": "this is an IPNS path, not content: resolve the name and pass the bare CID",
    "ipfs://": "this is an ipfs:// address: pass the bare CID, the part after 'ipfs://'",
    "ipns://": "this is an ipns:// address, not content: resolve the name and pass the bare CID",
    "http://": "this is a web address: pass the bare CID that it contains",
    "https://": "this is a web address: pass the bare CID that it contains",
}


@dataclass(frozen=True, slots=True)
class CID:
    """A content identifier: names a block by a hash of its bytes.

    Two CIDs are equal if all four parts are. `str(cid)` is the canonical text: base58btc for
    version 0, lower-case base32 for version 1.

    Attributes:
        version: 0 or 1.
        codec: how the block is encoded, such as `RAW` or `DAG_PB`.
        hash_code: the multihash function, such as `SHA2_256`.
        digest: the result of that function for the block.

    Raises:
        ValueError: the parts do not form a CID of content.

    Example:
        >>> str(CID.of(RAW, b"hello world"))
        'bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e'
    """

    version: int
    codec: int
    hash_code: int
    digest: builtins.bytes

    def __post_init__(self) -> None:
        _prefix(self.version, self.codec, self.hash_code, len(self.digest))

    @classmethod
    def parse(cls, text: str) -> CID:
        """Read a bare CID.

        Version 0 (`Qm...`) and version 1 in base32 (`b`), base36 (`k`), base58btc (`z`) or
        base16 (`f`) are accepted, also in upper case where the base allows it. Paths, web
        addresses, IPNS names and peer IDs are not CIDs of content and are refused.

        Args:
            text: the CID, with nothing around it.

        Returns:
            The CID, whatever base it was written in.

        Raises:
            ValueError: `text` is not a bare CID; the message says what is wrong and what to do.

        Example:
            >>> CID.parse("QmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3Nn").version
            0
        """
        checked = _require_text(text)
        try:
            return _parse(checked)
        except ValueError as error:
            raise ValueError(f"{_quote(checked)} is not a CID: {error}.") from None

    @classmethod
    def of(cls, codec: int, block: builtins.bytes) -> CID:
        """Make the version 1, SHA2-256 CID of a block.

        Args:
            codec: how `block` is encoded, such as `RAW`.
            block: the whole block.

        Returns:
            The CID of the block.

        Raises:
            ValueError: `codec` is not a codec of content.

        Example:
            >>> CID.of(DAG_PB, b"").codec == DAG_PB
            True
        """
        return cls(1, codec, SHA2_256, hashlib.sha256(block).digest())

    @classmethod
    def from_bytes(cls, data: builtins.bytes) -> CID:
        """Read the binary form of a CID, as links between blocks contain it.

        Args:
            data: the bytes, with nothing around them.

        Returns:
            The CID.

        Raises:
            ValueError: `data` is not a CID of content.

        Example:
            >>> cid = CID.of(RAW, b"hello world")
            >>> CID.from_bytes(cid.bytes) == cid
            True
        """
        if _is_version_0(data):
            return cls(0, DAG_PB, SHA2_256, data[2:])
        return _parse_binary(data)

    @property
    def bytes(self) -> builtins.bytes:
        """The binary form, as links between blocks contain it."""
        return _prefix(self.version, self.codec, self.hash_code, len(self.digest)) + self.digest

    def __str__(self) -> str:
        if self.version == 0:
            return _encode_base58(self.bytes)
        return "b" + base64.b32encode(self.bytes).decode("ascii").rstrip("=").lower()


def encode_varint(number: int) -> bytes:
    """Write an unsigned integer with seven bits per byte, the lowest first.

    Args:
        number: zero or more.

    Returns:
        One byte or more; every byte but the last has its top bit set.

    Raises:
        ValueError: `number` is negative.

    Example:
        >>> encode_varint(300).hex()
        'ac02'
    """
    if number < 0:
        raise ValueError(f"a varint cannot be negative: {number}")
    if number < 0x80:
        # A fast path: nearly all numbers are this small, and a directory has many.
        return _ONE_BYTE[number]
    encoded = bytearray()
    while number > 0x7F:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)


_ONE_BYTE = [bytes((number,)) for number in range(0x80)]


# There are many CIDs, but few kinds: without this, checking takes most of the time of making one.
@lru_cache(maxsize=64)
def _prefix(version: int, codec: int, hash_code: int, length: int) -> bytes:
    """Return the bytes before a digest, or raise `ValueError` if there can be no such CID."""
    if version not in (0, 1):
        raise ValueError(f"CID version {version} does not exist; there are only 0 and 1")
    for name, number in (("codec", codec), ("hash function", hash_code)):
        if not 0 <= number <= _MAX_VARINT:
            raise ValueError(f"{number} is not a valid {name}")
    if codec == LIBP2P_KEY:
        raise ValueError(
            "this is an IPNS name or a peer ID (codec libp2p-key), not content: "
            "resolve the name and pass the CID that it points to"
        )
    longest = _DIGEST_LENGTHS.get(hash_code, MAX_DIGEST_LENGTH)
    if length > longest:
        raise ValueError(
            f"its digest of {length} bytes is too long: "
            f"hash function {hash_code:#x} produces at most {longest}"
        )
    if length < MIN_DIGEST_LENGTH and hash_code != IDENTITY:
        raise ValueError(
            f"its digest of {length} bytes is too short: a hash of content has "
            f"at least {MIN_DIGEST_LENGTH}"
        )
    multihash = encode_varint(hash_code) + encode_varint(length)
    if version == 1:
        return encode_varint(version) + encode_varint(codec) + multihash
    if (codec, hash_code, length) != (DAG_PB, SHA2_256, 32):
        raise ValueError("a CID of version 0 is always dag-pb with a 32-byte sha2-256 digest")
    return multihash


def _require_text(value: object) -> str:
    if isinstance(value, str):
        return value
    raise ValueError(
        f"A CID must be a str, not {type(value).__name__}: pass its text, such as 'bafy...'."
    )


def _quote(text: str) -> str:
    # ascii() rather than repr(): a Cyrillic letter must not look like a Latin one.
    quoted = ascii(text[:_QUOTED_LENGTH])
    if len(text) <= _QUOTED_LENGTH and len(quoted) <= _QUOTED_LENGTH + 2:
        return quoted
    return quoted[: _QUOTED_LENGTH - 2] + "..." + quoted[0]


def _parse(text: str) -> CID:
    _check_text(text)
    if text.startswith("Qm"):
        return _parse_version_0(text)
    if text.startswith("1"):
        raise ValueError("this is a peer ID, not content: pass the CID of content")
    return _parse_binary(_decode_multibase(text))


def _check_text(text: str) -> None:
    if not text:
        raise ValueError("it is empty: pass the text of a CID")
    if "/" in text[:8]:
        start = text[:8].lower()
        for prefix, hint in _HINTS.items():
            if start.startswith(prefix):
                raise ValueError(hint)
    if len(text) > MAX_TEXT_LENGTH:
        raise ValueError(f"it has {len(text)} characters, more than any CID: pass one bare CID")
    if text.split() != [text]:
        raise ValueError("it contains white space: pass only the CID")
    if not text.isascii():
        raise ValueError("it contains non-ASCII characters: copy the CID again from its source")
    if "/" in text and text.startswith(("Q", *_ALPHABETS)):
        raise ValueError("it contains '/': pass the bare CID, without a path")
    if "=" in text:
        raise ValueError("it contains '=': a CID has no padding; remove it")


def _parse_version_0(text: str) -> CID:
    if len(text) != _V0_TEXT_LENGTH:
        raise ValueError(
            f"a CID that starts with 'Qm' has {_V0_TEXT_LENGTH} characters, this has {len(text)}: "
            "check that all of it was copied"
        )
    data = _decode_number(text, _BASE58)
    if not _is_version_0(data):
        raise ValueError("it does not contain a sha2-256 hash: check that all of it was copied")
    return CID(0, DAG_PB, SHA2_256, data[len(_V0_PREFIX) :])


def _is_version_0(data: bytes) -> bool:
    return len(data) == len(_V0_PREFIX) + 32 and data.startswith(_V0_PREFIX)


def _decode_multibase(text: str) -> bytes:
    alphabet = _ALPHABETS.get(text[0])
    if alphabet is None:
        raise ValueError(
            f"a CID does not start with {text[0]!r}: pass one that starts with 'Qm', 'b', 'k', 'z' "
            "or 'f' (convert another base to base32 first)"
        )
    if len(alphabet) in (16, 32):
        return _decode_bits(text[1:], alphabet)
    return _decode_number(text[1:], alphabet)


def _decode_bits(body: str, alphabet: str) -> bytes:
    """Decode a base in which each character represents a whole number of bits."""
    width = len(alphabet).bit_length() - 1
    spare = len(body) * width % 8
    number = _to_number(body, alphabet)
    if spare >= width:
        raise ValueError("no CID has this length: check that all of it was copied")
    if number & ((1 << spare) - 1):
        raise ValueError("no CID ends with this character: check that all of it was copied")
    return (number >> spare).to_bytes(len(body) * width // 8, "big")


def _decode_number(body: str, alphabet: str) -> bytes:
    """Decode a base in which the text is one number, and each leading zero a zero byte."""
    zeros = len(body) - len(body.lstrip(alphabet[0]))
    number = _to_number(body, alphabet)
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def _to_number(body: str, alphabet: str) -> int:
    wrong = body.strip(alphabet)
    if wrong:
        raise ValueError(_wrong_character(wrong[0], alphabet))
    if alphabet is not _BASE58:
        return int(body.translate(_DIGITS[alphabet]) or "0", len(alphabet))
    number = 0
    for character in body:
        number = number * len(alphabet) + alphabet.index(character)
    return number


def _wrong_character(character: str, alphabet: str) -> str:
    if alphabet is not _BASE58 and character.swapcase() in alphabet:
        return "it mixes upper and lower case: write all of it in one case, also the first letter"
    return f"it contains {character!r}, which is not part of its base: copy the CID again"


def _parse_binary(data: bytes) -> CID:
    if _is_version_0(data):
        raise ValueError("this is a CID of version 0 in another base: pass it as 'Qm...'")
    version, rest = _read_varint(data)
    if version != 1:
        raise ValueError(f"its version is {version}, not 1: check that all of it was copied")
    codec, rest = _read_varint(rest)
    hash_code, rest = _read_varint(rest)
    length, digest = _read_varint(rest)
    if len(digest) != length:
        raise ValueError(
            f"its digest has {len(digest)} bytes but should have {length}: "
            "check that all of it was copied"
        )
    return CID(version, codec, hash_code, digest)


def _read_varint(data: bytes) -> tuple[int, bytes]:
    if data and data[0] < 0x80:
        return data[0], data[1:]
    number = 0
    for index, byte in enumerate(data[:_MAX_VARINT_BYTES]):
        number |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:
            if byte == 0 and index > 0:
                raise ValueError("it encodes a number in too many bytes: get the CID again")
            return number, data[index + 1 :]
    if len(data) < _MAX_VARINT_BYTES:
        raise ValueError("it is too short: check that all of it was copied")
    raise ValueError("it contains a number too large for a CID: check that all of it was copied")


def _encode_base58(data: bytes) -> str:
    number = int.from_bytes(data, "big")
    characters: list[str] = []
    while number:
        number, remainder = divmod(number, len(_BASE58))
        characters.append(_BASE58[remainder])
    return "".join(reversed(characters))
