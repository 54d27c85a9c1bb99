"""Objects that are known for as long as somebody else has them."""

from collections.abc import Iterator
from typing import Generic, TypeVar
from weakref import WeakValueDictionary

__all__ = ["Living"]

T = TypeVar("T")


class Living(Generic[T]):
    """A set of objects by their identity, each there for as long as somebody else has it.

    Threads may add to it while others go through it, which a `WeakSet` does not allow.
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
