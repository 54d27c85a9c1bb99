"""Uploads that the service takes 90 seconds to answer, while other tests run."""

import asyncio
import threading
from types import TracebackType
from typing import Self

from pinarkive import AsyncPinarkiveClient, PinarkiveClient

from .faults import CID
from .server import FaultServer, Read, Send, Wait, json_answer

LONG = 90.0


class LongUploads:
    """An upload by each client, which the server answers after 90 seconds."""

    def __init__(self) -> None:
        body = b'{"cid":"%b"}' % CID.encode()
        self.server = FaultServer((Read(), Wait(LONG), Send(json_answer(body, 201))))
        self._found: dict[str, object] = {}
        self._threads = [threading.Thread(target=self._sync), threading.Thread(target=self._async)]

    def __enter__(self) -> Self:
        self.server.__enter__()
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # Where nobody has waited for the end, the calls end with the server.
        self.server.__exit__(kind, error, traceback)
        for thread in self._threads:
            thread.join()

    def result(self) -> dict[str, object]:
        """Wait for both uploads and return the CID or the error of each."""
        for thread in self._threads:
            thread.join()
        return self._found

    def _sync(self) -> None:
        try:
            with PinarkiveClient(api_key="key", base_url=self.server.base_url) as client:
                self._found["sync"] = client.files.upload(b"slow").cid
        except Exception as error:
            self._found["sync"] = error

    def _async(self) -> None:
        async def main() -> str:
            async with AsyncPinarkiveClient(api_key="key", base_url=self.server.base_url) as client:
                return (await client.files.upload(b"slow")).cid

        try:
            self._found["async"] = asyncio.run(main())
        except Exception as error:
            self._found["async"] = error
