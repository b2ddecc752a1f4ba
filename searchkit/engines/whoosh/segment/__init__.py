"""A segment as arrays in one file, and what lets Whoosh read it."""
