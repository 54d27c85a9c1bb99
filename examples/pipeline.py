"""Turn rows into requests, keep the good ones as JSON lines, and report the bad ones.

Rows come as JSON lines on standard input; `PinCid.model_validate_json` reads the output again.
"""

import sys

from pinarkive import InvalidInputError, PinCid


def main(lines: list[str]) -> int:
    """Check every row; return how many are bad."""
    bad = 0
    for number, line in enumerate(lines, 1):
        try:
            print(PinCid.model_validate_json(line).model_dump_json(exclude_none=True))
        except InvalidInputError as error:
            bad += 1
            print(f"row {number}: {error}", file=sys.stderr)
    return bad


if __name__ == "__main__":
    sys.exit(main(sys.stdin.read().splitlines()))
