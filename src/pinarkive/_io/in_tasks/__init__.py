"""What waits in tasks of an event loop; `in_threads` has the same names for threads."""
