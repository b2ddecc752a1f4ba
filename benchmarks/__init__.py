"""Measurements anyone can repeat; each prints what it measured and against which bar."""
