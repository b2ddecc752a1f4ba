"""Text -> terms: normalise, split by script, cut runs of Han, take Latin blocks apart."""
