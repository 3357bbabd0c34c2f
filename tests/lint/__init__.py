"""Tests of what an author is told that a suite lacks."""
