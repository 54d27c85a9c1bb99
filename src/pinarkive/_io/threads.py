"""Threads of our own: those that the end of the process does not wait for, and those that last."""

import os
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from typing import TypeVar

__all__ = ["in_a_thread", "in_the_pool"]

T = TypeVar("T")


def in_a_thread(function: Callable[[], T], name: str) -> Future[T]:
    """Call a function in a thread of its own, and return a future with its result."""
    future: Future[T] = Future()
    # So that it cannot be cancelled any more: the thread continues in any case.
    future.set_running_or_notify_cancel()

    def run() -> None:
        try:
            future.set_result(function())
        except BaseException as error:
            future.set_exception(error)

    threading.Thread(target=run, name=name, daemon=True).start()
    return future


def in_the_pool(function: Callable[[], T], name: str = "pinarkive-files") -> Future[T]:
    """Call a function in one of the threads of the pool with that name; they last."""
    return pool(os.getpid(), name).submit(function)


@cache
def pool(process: int, name: str) -> ThreadPoolExecutor:
    """Return the threads of a pool, for all clients of a process; they end with it."""
    return ThreadPoolExecutor(thread_name_prefix=name)
