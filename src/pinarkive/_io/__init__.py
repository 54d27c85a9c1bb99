"""Everything outside the process: connections, files, threads, logs. Only this imports httpx.

Calls, transports, pools and connections are written in `_async`, and `_sync` is made of them. What
differs in kind between threads and tasks has a module of the same name in `in_threads` and
`in_tasks`; all else is for both.
"""
