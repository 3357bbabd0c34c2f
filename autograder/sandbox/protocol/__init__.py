"""The protocol of both sides of the trust boundary: messages, wire, limits, the tree of endings."""
