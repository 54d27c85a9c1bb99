"""Log in, with a code if the account needs one, and create a token for uploading."""

import getpass
import sys

from pinarkive import PinarkiveClient
from pinarkive.scopes import UPLOADER


def main(email: str, password: str) -> int:
    """Create the token and print its secret."""
    with PinarkiveClient.from_login(email, password, totp=lambda: input("Code: ")) as client:
        token = client.tokens.generate("uploader", scopes=UPLOADER, expires_in_days=30)
    print(token.token)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], getpass.getpass()))
