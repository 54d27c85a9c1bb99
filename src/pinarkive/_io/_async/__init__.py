"""What both sides do alike: calls, transports, pools, connections. The other is made of it."""
