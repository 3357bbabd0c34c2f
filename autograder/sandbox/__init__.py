"""Running code that nobody trusts. The rooms say on which side of the boundary a file runs."""
