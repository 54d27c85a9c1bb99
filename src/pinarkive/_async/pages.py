"""Iterates over a list of many pages: record by record, or page by page."""

from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Sequence
from itertools import count
from typing import Generic, TypeVar

__all__ = ["AsyncPager"]

P = TypeVar("P")
R = TypeVar("R")


class AsyncPager(AsyncIterator[R], Generic[P, R]):
    """All records of a list, fetched page by page as they are needed; `pages` gives whole pages.

    It ends when the total is reached, or a page is empty or contains nothing new.

        async for record in client.users.iter_uploads(): ...
        async for page in client.users.iter_uploads().pages(): ...
    """

    def __init__(
        self,
        fetch: Callable[[int], Awaitable[P]],
        contents: Callable[[P], tuple[Sequence[R], int | None]],
        key: Callable[[R], Hashable],
    ) -> None:
        self._fetch = fetch
        self._contents = contents
        self._key = key
        self._records = self._go_through()

    def __aiter__(self) -> AsyncIterator[R]:
        return self

    async def __anext__(self) -> R:
        return await anext(self._records)

    async def pages(self) -> AsyncIterator[P]:
        """Iterate over the pages as the service sends them."""
        async for page, _ in self._fetched():
            yield page

    async def _go_through(self) -> AsyncIterator[R]:
        async for _, new in self._fetched():
            for record in new:
                yield record

    async def _fetched(self) -> AsyncIterator[tuple[P, list[R]]]:
        """Yield each page with those of its records that no earlier page had."""
        seen: set[Hashable] = set()
        delivered = 0
        for number in count(1):
            page = await self._fetch(number)
            records, total = self._contents(page)
            new = [record for record in records if self._key(record) not in seen]
            seen.update(map(self._key, new))
            delivered += len(records)
            is_last = not new or (total is not None and delivered >= total)
            if new or number == 1:
                yield page, new
            if is_last:
                return
