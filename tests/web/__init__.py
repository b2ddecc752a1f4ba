"""Tests of searchkit.web."""
