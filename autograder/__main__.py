"""`python -m autograder` is the console script."""

from autograder.cli import main

main()
