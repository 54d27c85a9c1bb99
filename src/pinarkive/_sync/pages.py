# generated from src/pinarkive/_async/pages.py by scripts/generate; change that file
"""Iterates over a list of many pages: record by record, or page by page."""

from collections.abc import Callable, Hashable, Iterator, Sequence
from itertools import count
from typing import Generic, TypeVar

__all__ = ["Pager"]

P = TypeVar("P")
R = TypeVar("R")


class Pager(Iterator[R], Generic[P, R]):
    """All records of a list, fetched page by page as they are needed; `pages` gives whole pages.

    It ends when the total is reached, or a page is empty or contains nothing new.

        for record in client.users.iter_uploads(): ...
        for page in client.users.iter_uploads().pages(): ...
    """

    def __init__(
        self,
        fetch: Callable[[int], P],
        contents: Callable[[P], tuple[Sequence[R], int | None]],
        key: Callable[[R], Hashable],
    ) -> None:
        self._fetch = fetch
        self._contents = contents
        self._key = key
        self._records = self._go_through()

    def __iter__(self) -> Iterator[R]:
        return self

    def __next__(self) -> R:
        return next(self._records)

    def pages(self) -> Iterator[P]:
        """Iterate over the pages as the service sends them."""
        for page, _ in self._fetched():
            yield page

    def _go_through(self) -> Iterator[R]:
        for _, new in self._fetched():
            for record in new:
                yield record

    def _fetched(self) -> Iterator[tuple[P, list[R]]]:
        """Yield each page with those of its records that no earlier page had."""
        seen: set[Hashable] = set()
        delivered = 0
        for number in count(1):
            page = self._fetch(number)
            records, total = self._contents(page)
            new = [record for record in records if self._key(record) not in seen]
            seen.update(map(self._key, new))
            delivered += len(records)
            is_last = not new or (total is not None and delivered >= total)
            if new or number == 1:
                yield page, new
            if is_last:
                return
