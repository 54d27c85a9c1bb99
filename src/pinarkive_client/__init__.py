"""The API of `pinarkive-sdk-py` 3.x on top of the SDK, so that existing code keeps running.

Its client has every method of 3.1.1 and everything of `pinarkive.PinarkiveClient`, so code can be
migrated call by call. docs/upgrading.md lists the replacements.
"""

from pinarkive import PinarkiveError, __version__

from .client import PinarkiveClient

__all__ = ["PinarkiveClient", "PinarkiveError", "__version__"]
