"""The API of `pinarkive-sdk-py` 3.x on top of the SDK, so that code written for it keeps running.

Every method of 3.1.1 is here, and so is everything of `pinarkive.PinarkiveClient`, on one object:
code can move over call by call. docs/upgrading.md has the table.
"""

from pinarkive import PinarkiveError, __version__

from .client import PinarkiveClient

__all__ = ["PinarkiveClient", "PinarkiveError", "__version__"]
