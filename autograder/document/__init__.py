"""The result document, its texts in two languages, and the faults that leave it without a grade."""
