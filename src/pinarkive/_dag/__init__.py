"""IPFS blocks: how files and directories are encoded and named."""
