"""What a text means, as a vector: articles about the same thing are close, whatever their words.

Nothing of this is imported unless the setting `semantic` is on or a search asks for it.
"""
