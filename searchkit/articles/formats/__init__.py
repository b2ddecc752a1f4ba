"""One small module a format that is neither Markdown nor HTML: the bytes of a file -> a `Reading`."""
