"""What lets stock Whoosh open, read and search an index of ours."""
