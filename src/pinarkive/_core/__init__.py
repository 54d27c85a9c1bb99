"""Decisions that need only values: no I/O, no clock, no randomness."""
