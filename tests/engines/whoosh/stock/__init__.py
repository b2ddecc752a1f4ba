"""Indexes of stock Whoosh read by our codec: converted, and compared by a fuzz and by Whoosh's own suite."""
