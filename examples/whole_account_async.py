"""The whole life of an account with asyncio, in a sandbox on this machine.

The sandbox takes the place of what is outside the SDK: the mailbox and the authenticator app. This
needs `pip install 'pinarkive-sdk-py[sandbox]'`. `whole_account.py` does the same without asyncio.
"""

import asyncio
from secrets import token_urlsafe

import httpx

from pinarkive import AsyncPinarkiveClient, TwoFactorRequiredError
from pinarkive.sandbox import Sandbox
from pinarkive.scopes import UPLOADER

EMAIL = "ada@example.com"


async def main(sandbox: Sandbox) -> None:
    """Go through all steps, and print the result of each."""
    password, url = token_urlsafe(), sandbox.base_url
    async with AsyncPinarkiveClient(base_url=url) as client:
        await client.auth.sign_up("Ada", EMAIL, password)
        await client.auth.verify_email(sandbox.mails[-1].token)

    async with await AsyncPinarkiveClient.from_login(EMAIL, password, base_url=url) as client:
        set_up = await client.auth.two_factor.set_up()
        await client.auth.two_factor.enable(sandbox.totp_code(set_up.secret))
        print("two-factor authentication:", (await client.auth.two_factor.status()).enabled)
        await client.auth.log_out()

    try:
        await AsyncPinarkiveClient.from_login(EMAIL, password, base_url=url)
    except TwoFactorRequiredError:
        print("the password alone is not enough")

    code = sandbox.totp_code(set_up.secret)
    async with await AsyncPinarkiveClient.from_login(
        EMAIL, password, totp=code, base_url=url
    ) as client:
        code = sandbox.totp_code(set_up.secret)
        token = await client.tokens.generate("uploader", scopes=UPLOADER, totp_code=code)
        upload = await client.with_options(token=token.token).files.upload(
            b"Hello!", filename="a.txt"
        )
        await client.status.wait_until_pinned(upload.cid)
        if upload.upload_id is not None:
            renaming = await client.files.rename(upload.upload_id, "hello.txt")
            print("renamed:", renaming.name)
        link = await client.files.gateway_url(upload.cid)
        async with httpx.AsyncClient() as browser:
            print("its link gives:", (await browser.get(link)).text)
        actions = [entry.action or "?" async for entry in client.users.iter_logs()]
        print("logged:", ", ".join(actions))
        await client.auth.log_out()


if __name__ == "__main__":
    with Sandbox() as started:
        asyncio.run(main(started))
