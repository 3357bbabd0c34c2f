"""What both sides of the trust boundary speak: messages, wire, limits, the tree of endings."""
