"""Sets of scopes for tokens.

Example:
    from pinarkive.scopes import UPLOADER

    token = client.tokens.generate("ci", scopes=UPLOADER)
"""

from .inputs import Scope

__all__ = ["FILES", "READ_ONLY", "UPLOADER"]

READ_ONLY: frozenset[Scope] = frozenset({Scope.FILES_READ, Scope.USER_READ, Scope.CLUSTER_READ})
"""Read uploads, the profile, clusters and the status of pins."""

UPLOADER: frozenset[Scope] = READ_ONLY | {Scope.FILES_WRITE}
"""`READ_ONLY`, plus uploading and pinning."""

FILES: frozenset[Scope] = UPLOADER | {Scope.FILES_DELETE, Scope.FILES_RENAME}
"""`UPLOADER`, plus removing and renaming."""
