"""The tools that a suite is written with: decorators, expectations, invariants, follow-through."""
