"""The command `pinarkive`, which needs the extra `cli`."""

import sys

__all__ = ["start"]


def start() -> int:
    """Run the command with the arguments of the process; return its exit status."""
    try:
        from .main import run
    except ModuleNotFoundError as error:
        print(
            f"pinarkive: the package {error.name} is not installed; "
            "run: pip install 'pinarkive-sdk-py[cli]'",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        # It came before the command itself could take it.
        return 130
    return run()
