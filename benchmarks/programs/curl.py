"""curl, with `-F`; its own clock leaves out the start of its process."""

import os
import subprocess

from benchmarks.giver import give
from benchmarks.measure import Sample, Task, run


def upload(task: Task) -> Sample:
    """Upload a file by its path, on a connection that has been used."""
    options = ["--silent", "--show-error", "--fail", "-o", os.devnull, "-w", "%{time_total}\n"]
    if authority := os.environ.get("SSL_CERT_FILE"):
        options += ["--cacert", authority]
    command = ["curl"]
    for path in [task.warm_path, *[task.path] * task.count]:
        command += [*options, "-F", f"file=@{path}", f"{task.url}/files/", "--next"]
    command.pop()
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603
    return Sample(sum(map(float, output.split()[1:])))


def download(task: Task) -> Sample:
    """Download the input to a file beside it."""
    target = f"{task.path}.curl"
    command = ["curl", "--silent", "--show-error", "--fail", "-o", target, "-w", "%{time_total}"]
    with give(task.path) as gateway:
        done = subprocess.run(  # noqa: S603
            [*command, f"{gateway}/ipfs/input"], capture_output=True, text=True, check=True
        )
    os.unlink(target)  # noqa: PTH108  # as its path came
    return Sample(float(done.stdout))


if __name__ == "__main__":
    run({"upload": upload, "download": download})
