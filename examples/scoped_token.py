"""Log in, with a code where the account wants one, and make a token that can only upload."""

import getpass
import sys

from pinarkive import PinarkiveClient, Scope, TwoFactorChallenge


def main(email: str, password: str) -> int:
    """Make the token and print its secret."""
    with PinarkiveClient() as client:
        session = client.auth.login(email, password)
        if isinstance(session, TwoFactorChallenge):
            session = client.auth.verify_2fa(session.temporary_token, input("Code: "))
        mine = client.with_options(token=session.token)
        token = mine.tokens.generate("uploader", scopes=Scope.UPLOADER, expires_in_days=30)
    print(token.token)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], getpass.getpass()))
