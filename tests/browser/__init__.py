"""The search page in a real browser, and the tests that need one."""
