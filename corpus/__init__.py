"""Inputs as the world makes them, each with what must come of it; programs write them."""
