# generated from src/pinarkive/_async/__init__.py by scripts/generate; change that file
"""The client, written by hand for asyncio; the synchronous one is generated from it."""
