"""Paired measurements of the SDK against its peers: `scripts/bench`. No test depends on a time."""
