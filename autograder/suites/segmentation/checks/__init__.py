"""The checks, where those of one file of the assignment fill more than one module."""
