"""Collecting a class's work out of what a learning system gives: one folder a student."""
