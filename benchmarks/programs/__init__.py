"""One program per contestant: it does one job in a process of its own and prints a `Sample`."""
