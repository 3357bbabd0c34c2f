"""Tests of what a suite is written with."""
