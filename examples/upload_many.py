"""Upload many files with a progress bar and a journal: `upload_many.py FOLDER JOURNAL`.

Run it again to resume after an interruption. This needs `pip install rich`.
"""

import sys
from pathlib import Path

from rich.console import Console
from rich.progress import Progress as Bar

from pinarkive import PinarkiveClient, PinarkiveError, Progress


def main(folder: str, journal: str) -> int:
    """Upload every file of a folder separately; return 1 if some failed, else 0."""
    files = [path for path in sorted(Path(folder).rglob("*")) if path.is_file()]
    if not files:
        sys.exit(f"there is no file in {folder!r}")
    errors = Console(stderr=True)
    failed = False
    with PinarkiveClient() as client, Bar(console=errors) as bar:
        task = bar.add_task("uploading", total=None)

        def show(progress: Progress) -> None:
            name = f"{progress.files_done} of {progress.files} files"
            bar.update(task, completed=progress.sent, total=progress.total, description=name)

        outcomes = client.files.upload_many(
            files, max_concurrency=16, on_progress=show, resume=journal
        )
        for outcome in outcomes:
            if outcome.upload is not None:
                print(outcome.upload.cid, str(outcome.source))
                continue
            failed = True
            lost = isinstance(outcome.error, PinarkiveError) and outcome.error.sent == "maybe"
            hint = "(check first)" if lost else ""
            errors.print(str(outcome.source), str(outcome.error), hint, markup=False)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
