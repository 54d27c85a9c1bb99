"""Objects that are tracked while somebody else holds them."""

from collections.abc import Iterator
from typing import Generic, TypeVar
from weakref import WeakValueDictionary

__all__ = ["Living"]

T = TypeVar("T")


class Living(Generic[T]):
    """A set of objects by identity, each in it while somebody else holds it.

    Threads may add to it while others iterate over it, which a `WeakSet` does not allow.
    """

    def __init__(self) -> None:
        self._items: WeakValueDictionary[int, T] = WeakValueDictionary()

    def add(self, item: T) -> None:
        """Add an object.

        Raises:
            TypeError: It is of a kind that cannot be referred to weakly.
        """
        self._items[id(item)] = item

    def __contains__(self, item: object) -> bool:
        return self._items.get(id(item)) is item

    def __iter__(self) -> Iterator[T]:
        for reference in self._items.valuerefs():
            if (item := reference()) is not None:
                yield item
