"""Files -> articles: walk, decode, front matter, metadata, HTML and Markdown to text, JSON Lines, duplicates."""
