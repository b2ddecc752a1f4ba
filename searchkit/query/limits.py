"""How much of a query is read and looked up, so that none takes long. Where more was asked, a note says so.

Each is far above what people type. Together they bound the time of a search, to which
`tests/reliability/hostile_queries.py` holds the worst queries that are known.
"""

MAX_CHARACTERS = 8_000
"""Characters of a query, as typed and folded, that are read."""
MAX_TOKENS = 500
"""Words, phrases, operators and parentheses outside quotes that are read."""
MAX_DEPTH = 40
"""Groups inside groups; a parenthesis further inside is text. Python's own recursion ends at 1,000."""
MAX_WORDS = 80
"""Words that are looked up, those of phrases counted too."""
MAX_SIGNED = 50
"""Words after `-`, `+` or NOT that are looked up in addition to those."""
MAX_TEXT = 2_000
"""Characters of one text, without operators between its words, that are cut into words."""
MAX_TERMS = 100
"""Words, and characters, of one text that are ranked by; and words that are marked."""
MAX_COSTLY = 8
"""Patterns, fuzzy words and phrases with a distance; further ones are text."""
MAX_EXPANSIONS = 100
"""Terms that patterns and fuzzy words stand for that are ranked by, and that are marked; all of them match."""
MAX_COMPLETIONS = 10
"""Words that an unfinished one may become that are ranked by, the most frequent ones."""
MAX_PHRASE = 500
"""Han characters, words, numbers and symbols in a row, of a phrase or of the query as typed, to look for."""
MAX_ROW = 200
"""Characters of a query whose words, as they were typed in a row, put an article before others."""
MAX_HEARD = 8
"""Words, and rows of words, that are looked for by their sound; further ones are what was typed."""
MAX_LETTERS = 40
"""Letters of a word that is looked for by its sound: a dozen syllables; longer ones are no pinyin."""
MAX_NOTES = 10
"""Notes on how the query was read; of further ones only their number is reported."""
MAX_SHOWN = 60
"""Characters of a query that a note repeats."""


def shown(text: str) -> str:
    """*text* as a note shows it."""
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"
