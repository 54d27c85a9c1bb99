# generated from src/pinarkive/_io/_async/__init__.py by scripts/generate; change that file
"""Calls, transports, pools and connections; the synchronous side is generated from this."""
