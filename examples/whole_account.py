"""The whole life of an account, from sign-up to logout, in a sandbox on this machine.

The sandbox takes the place of what is outside the SDK: the mailbox and the authenticator app. This
needs `pip install 'pinarkive-sdk-py[sandbox]'`. `whole_account_async.py` does the same in asyncio.
"""

from secrets import token_urlsafe

import httpx

from pinarkive import PinarkiveClient, TwoFactorRequiredError
from pinarkive.sandbox import Sandbox
from pinarkive.scopes import UPLOADER

EMAIL = "ada@example.com"


def main(sandbox: Sandbox) -> None:
    """Go through all steps, and print the result of each."""
    password, url = token_urlsafe(), sandbox.base_url
    with PinarkiveClient(base_url=url) as client:
        client.auth.sign_up("Ada", EMAIL, password)
        client.auth.verify_email(sandbox.mails[-1].token)

    with PinarkiveClient.from_login(EMAIL, password, base_url=url) as client:
        set_up = client.auth.two_factor.set_up()
        client.auth.two_factor.enable(sandbox.totp_code(set_up.secret))
        print("two-factor authentication:", client.auth.two_factor.status().enabled)
        client.auth.log_out()

    try:
        PinarkiveClient.from_login(EMAIL, password, base_url=url)
    except TwoFactorRequiredError:
        print("the password alone is not enough")

    code = sandbox.totp_code(set_up.secret)
    with PinarkiveClient.from_login(EMAIL, password, totp=code, base_url=url) as client:
        code = sandbox.totp_code(set_up.secret)
        token = client.tokens.generate("uploader", scopes=UPLOADER, totp_code=code)
        upload = client.with_options(token=token.token).files.upload(b"Hello!", filename="a.txt")
        client.status.wait_until_pinned(upload.cid)
        if upload.upload_id is not None:
            print("renamed:", client.files.rename(upload.upload_id, "hello.txt").name)
        print("its link gives:", httpx.get(client.files.gateway_url(upload.cid)).text)
        print("logged:", ", ".join(entry.action or "?" for entry in client.users.iter_logs()))
        client.auth.log_out()


if __name__ == "__main__":
    with Sandbox() as started:
        main(started)
