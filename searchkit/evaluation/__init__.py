"""Judged queries -> how good a search is: files in, measures out. `cli/eval.py` and `cli/judge.py` show them."""
