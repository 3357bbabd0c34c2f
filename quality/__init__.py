"""Programs that measure how right the suites are on what nobody listed."""
