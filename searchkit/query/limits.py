"""How much of a query is read and looked up, so that none takes long. Where more was asked, a note says so."""

LONGEST = 16_000
"""Characters of a query, as typed and folded, that are read."""
MOST_TOKENS = 500
"""Words, phrases, signs and parentheses outside quotes that are read."""
DEEPEST = 40
"""Groups inside groups; a parenthesis further inside is text."""
MOST_WORDS = 80
"""Words that are looked up, those of phrases counted too."""
MOST_SIGNED = 50
"""Words after `-`, `+` or NOT that are looked up beside those."""
LONGEST_TEXT = 4_000
"""Characters of one text, without signs between its words, that are cut into words."""
MOST_TERMS = 160
"""Words, and characters, of one text that are ranked by; and words that are marked."""
MOST_COSTLY = 8
"""Patterns, fuzzy words and phrases with a distance; further ones are text."""
LONGEST_PHRASE = 500
"""Han characters, words, numbers and signs of a phrase, or of the query as typed, that are looked for in a row."""
MOST_NOTES = 10
"""Notes on how the query was read; of further ones only their number is told."""
