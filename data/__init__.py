"""The embedded data sets, and the program that makes them: `python -m data.make`."""
