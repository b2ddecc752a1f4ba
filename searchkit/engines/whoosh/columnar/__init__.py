"""Whoosh with columns: postings as arrays in one file a segment, searched by operations on whole arrays.

index = whoosh.index.create_in(folder, schema)
with ColumnarWriter(index) as writer: …            # in place of index.writer()
with index.searcher() as searcher:
    search(searcher, query, limit=10)               # in place of searcher.search(query, limit=10)
"""
