"""A corpus -> an index: scan, survey, diff, write, publish."""
