"""The tools that a suite is written with: marks, expectations, invariants, follow-through."""
