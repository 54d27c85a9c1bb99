"""A local PinArkive with real HTTP, credentials and CIDs; nothing leaves the machine.

    with Sandbox() as sandbox:
        client = PinarkiveClient(api_key=sandbox.api_key, base_url=sandbox.base_url)

From a shell, `python -m pinarkive.sandbox` runs one until it is interrupted. It forgets everything
when it ends, unless it has a folder (`--data`). It reads no environment variables.
"""

try:
    from .server import Sandbox
except ModuleNotFoundError as _error:
    _package: str = (_error.name or "").partition(".")[0]
    if _package == "pinarkive":
        raise
    raise ImportError(
        f"the sandbox needs the package {_package}, which is not installed; "
        "run: pip install 'pinarkive-sdk-py[sandbox]'"
    ) from _error

__all__ = ["Sandbox"]
