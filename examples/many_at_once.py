"""Pin the CIDs on standard input (one per line), eight at a time."""

import asyncio
import sys

from pinarkive import AsyncPinarkiveClient, InvalidInputError, PinarkiveError, PinCid


async def main(lines: list[str]) -> int:
    """Pin every CID; return how many failed."""
    places = asyncio.Semaphore(8)
    async with AsyncPinarkiveClient() as client:

        async def pin(line: str) -> bool:
            try:
                request = PinCid(cid=line)
                async with places:
                    result = await client.send(request)
            except (InvalidInputError, PinarkiveError) as error:
                print(f"{line}: {error}", file=sys.stderr)
                return False
            print(result.cid, result.status)
            return True

        done = await asyncio.gather(*(pin(line) for line in lines))
    return done.count(False)


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.stdin.read().split())))
