"""The published 3.1.1, which has no asynchronous side and takes single files by path alone."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Protocol

from benchmarks.measure import Meter, Sample, Task, run

VERSION = "3.1.1"


class Client(Protocol):
    """What of its client is used here; the package itself has no types."""

    def upload_file(self, file_path: str) -> object:
        """POST /files/"""

    def upload_directory_dag(self, files_dict: Mapping[str, bytes]) -> object:
        """POST /files/directory-dag"""

    def list_uploads(self, page: int, limit: int) -> object:
        """GET /users/me/uploads"""


def new_client(url: str) -> Client:
    """Return a client, and be sure that it is the one of 3.1.1."""
    module = import_module("pinarkive_client")
    if module.__version__ != VERSION:
        raise ImportError(f"this is pinarkive_client {module.__version__}, not {VERSION}")
    client: Client = module.PinarkiveClient(api_key="a-key-for-benchmarks", base_url=url)
    return client


@contextmanager
def warm_client(task: Task) -> Generator[Client]:
    """Yield a client that has a connection, and has done once what it will do."""
    client = new_client(task.url)
    client.upload_file(task.warm_path)
    client.list_uploads(1, task.records)
    yield client


def upload(task: Task) -> Sample:
    """Upload a file by its path."""
    with warm_client(task) as client:
        with Meter() as meter:
            for _ in range(task.count):
                client.upload_file(task.path)
        return meter.sample()


def upload_bytes(task: Task) -> Sample:
    """Upload from memory, again and again: it can do that only as a folder of one file."""
    data = bytes(task.size)
    with warm_client(task) as client:
        with Meter() as meter:
            for _ in range(task.count):
                client.upload_directory_dag({"file": data})
        return meter.sample()


def list_uploads(task: Task) -> Sample:
    """Ask for a page of uploads, again and again."""
    with warm_client(task) as client:
        with Meter() as meter:
            for _ in range(task.count):
                client.list_uploads(1, task.records)
        return meter.sample()


def read_files(task: Task) -> Mapping[str, bytes]:
    """Return what the files of a folder hold."""
    return {path.name: path.read_bytes() for path in sorted(Path(task.path).iterdir())}


def upload_folder(task: Task) -> Sample:
    """Read the files of a folder and upload them as one DAG."""
    with warm_client(task) as client:
        with Meter(count_files=True) as meter:
            client.upload_directory_dag(read_files(task))
        return meter.sample()


if __name__ == "__main__":
    run(
        {
            "upload": upload,
            "upload bytes": upload_bytes,
            "list": list_uploads,
            "upload folder": upload_folder,
        }
    )
