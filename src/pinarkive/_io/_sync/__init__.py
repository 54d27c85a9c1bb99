# generated from src/pinarkive/_io/_async/__init__.py by scripts/generate; change that file
"""What both sides do alike: calls, transports, pools, connections. The other is made of it."""
