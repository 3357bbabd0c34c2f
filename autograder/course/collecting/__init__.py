"""Collect a class's work from a learning system's download: one folder a student."""
