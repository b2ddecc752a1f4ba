"""What searchkit is measured against: other engines on the same words, and two whole pipelines."""
