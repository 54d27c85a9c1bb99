"""What each endpoint does. Methods, paths and scopes are those of the request models."""

from . import auth, files, plans, public, status, tokens, uploads, users
from .answer import Answer, Handler, Routes

__all__ = ["ROUTES", "Answer", "Handler"]

ROUTES: Routes = {
    **public.ROUTES,
    **auth.ROUTES,
    **users.ROUTES,
    **uploads.ROUTES,
    **files.ROUTES,
    **tokens.ROUTES,
    **status.ROUTES,
    **plans.ROUTES,
}
"""What answers each endpoint; of two that fit a path, the first does."""
