"""The handlers of all endpoints. Methods, paths and scopes come from the request models."""

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
"""The handler of each endpoint; if two match a path, the first one is used."""
