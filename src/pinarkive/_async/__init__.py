"""The client, written by hand for asyncio; the synchronous one is generated from it."""
