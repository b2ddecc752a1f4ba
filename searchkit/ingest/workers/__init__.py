"""A function over many items in several processes."""
