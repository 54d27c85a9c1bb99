"""What waits in threads; `in_tasks` has the same names for tasks of an event loop."""
