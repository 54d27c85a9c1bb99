"""How long `import pinarkive` takes. Nothing else is imported, as that would make it shorter."""

import time

started = time.perf_counter()

import pinarkive  # noqa: E402

print(f'{{"seconds": {time.perf_counter() - started}}}')

__all__ = ["pinarkive"]
