"""How long what every such client imports takes. Nothing else is, as that would make it shorter."""

import time

started = time.perf_counter()

import asyncio  # noqa: E402

import httpcore  # noqa: E402
import httpx  # noqa: E402
from pydantic import BaseModel, Field  # noqa: E402


class Model(BaseModel):
    """The least of a model."""

    number: int = Field(1, ge=0)


print(f'{{"seconds": {time.perf_counter() - started}}}')

__all__ = ["asyncio", "httpcore", "httpx"]
