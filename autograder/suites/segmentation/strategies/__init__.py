"""Hypothesis strategies for the inputs of the suites, one module a file of the assignment."""
