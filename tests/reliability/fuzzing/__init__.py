"""Functions that take any bytes and raise where a promise is broken: for a fuzzer, for hypothesis, for tests.

Each module has a `TARGET`. `guided.py` lets atheris look for bytes that break one, in a process of its own;
`findings/` holds what was found, one file a fault, and every run of the tests tries all of them.
"""
