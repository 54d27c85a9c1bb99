"""The command `pinarkive`, which the extra `cli` brings what it needs for."""

import sys

__all__ = ["start"]


def start() -> int:
    """Run the command with the arguments of the process, and return its exit status."""
    try:
        from .main import run
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package == "pinarkive":
            raise
        print(
            f"pinarkive: the command needs the package {package}, which is not installed; "
            "run: pip install 'pinarkive-sdk-py[cli]'",
            file=sys.stderr,
        )
        return 1
    return run()
