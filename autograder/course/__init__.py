"""A whole class at once: submissions out of a folder, grades into a ledger."""
