"""Another road to every number the suites expect, independent of the solution."""
