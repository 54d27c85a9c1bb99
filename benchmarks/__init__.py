"""Paired measurements of the SDK and its peers, run by `scripts/bench`. No test depends on them."""
