"""From the process's start to a first answer, by what every such client needs and nothing else."""

import asyncio
import json
import sys
import time

import httpcore
import httpx
from pydantic import BaseModel, Field


class Page(BaseModel):
    """The least of a model."""

    page: int = Field(1, ge=0)


task = json.loads(sys.argv[2])
with httpx.Client() as client:
    numbers = {"page": 1, "limit": task["records"]}
    answer = client.get(f"{task['url']}/users/me/uploads", params=numbers)
    Page.model_validate_json(answer.content)
    print(f'{{"seconds": {time.monotonic() - task["started"]}}}')

__all__ = ["asyncio", "httpcore"]
