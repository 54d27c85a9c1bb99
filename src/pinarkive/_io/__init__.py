"""What touches the world: connections, files, threads, logs. httpx is imported here alone.

Calls, transports, pools and connections are written in `_async`, and `_sync` is made of them. What
differs in kind between threads and tasks has a module of the same name in `in_threads` and
`in_tasks`; all else is for both.
"""
