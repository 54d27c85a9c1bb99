"""Blocks of IPFS: how files and directories are encoded, and named."""
