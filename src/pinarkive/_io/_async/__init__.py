"""Calls, transports, pools and connections; the synchronous side is generated from this."""
