"""A real cluster for tests, and the tests that need one."""
