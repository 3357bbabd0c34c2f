"""The start of a GPU under the sandbox's rules, watched call by call, with or without a GPU."""
