"""What touches the world: connections, files, threads, logs. httpx is imported here alone."""
