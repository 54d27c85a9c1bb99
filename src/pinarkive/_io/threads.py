"""Threads that the end of the process does not wait for."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

__all__ = ["in_a_thread"]

T = TypeVar("T")


def in_a_thread(function: Callable[[], T], name: str) -> Future[T]:
    """Call a function in a thread of its own; what is returned tells what came of it."""
    future: Future[T] = Future()
    # So that it cannot be cancelled any more: the thread goes on, whoever waits for it.
    future.set_running_or_notify_cancel()

    def run() -> None:
        try:
            future.set_result(function())
        except BaseException as error:
            future.set_exception(error)

    threading.Thread(target=run, name=name, daemon=True).start()
    return future
