"""Pin or upload the rows of a table, eight at a time: `pipeline.py TABLE RESULTS`.

Both files are .csv or .parquet. A table with a column `cid` lists CIDs to pin. One with a column
`file` lists files to upload, by their paths relative to the table. Other columns are attributes of
the request (`custom_name`, `timelock`), or are ignored. The results are the rows in the same order,
with the outcome of each.

This needs `pip install pandas polars pyarrow`.
"""

import asyncio
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl

from pinarkive import (
    AsyncPinarkiveClient,
    Pin,
    PinarkiveError,
    PinCid,
    Row,
    Upload,
    UploadFile,
    iter_rows,
)

AT_ONCE = 8


def read(table: Path) -> list[dict[str, Any]]:
    """Return a table's rows."""
    if table.suffix == ".parquet":
        return pl.read_parquet(table).to_dicts()
    rows = pd.read_csv(table, dtype=str).to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in rows]


def write(results: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write a table."""
    frame = pd.DataFrame(rows)
    if results.suffix == ".parquet":
        frame.to_parquet(results)
    else:
        frame.to_csv(results, index=False)


def checked(table: Path, rows: list[dict[str, Any]]) -> list[Row[Any]]:
    """Return the request of each row, or what is wrong with the row."""
    if rows and "file" in rows[0]:
        names = UploadFile.model_fields
        files = [{**row, "file": table.parent / str(row["file"])} for row in rows]
        return list(iter_rows(UploadFile, [select(row, names) for row in files]))
    return list(iter_rows(PinCid, [select(row, PinCid.model_fields) for row in rows]))


def select(row: Mapping[str, Any], names: Mapping[str, object]) -> dict[str, Any]:
    """Return the columns of a row that are attributes of the request."""
    return {name: value for name, value in row.items() if name in names}


async def main(table: Path, results: Path) -> int:
    """Send the requests of a table; return how many rows failed."""
    rows = read(table)
    places = asyncio.Semaphore(AT_ONCE)
    async with AsyncPinarkiveClient() as client:

        async def do(row: Row[Any]) -> dict[str, object]:
            if row.request is None:
                return {"result": None, "status": None, "error": str(row.error)}
            try:
                async with places:
                    done: Pin | Upload = await client.send(row.request)
            except (PinarkiveError, OSError) as error:
                return {"result": None, "status": None, "error": str(error)}
            return {"result": done.cid, "status": done.status, "error": None}

        outcomes = await asyncio.gather(*map(do, checked(table, rows)))
    write(results, [{**row, **found} for row, found in zip(rows, outcomes, strict=True)])
    return sum(found["error"] is not None for found in outcomes)


if __name__ == "__main__":
    sys.exit(asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2]))) > 0)
