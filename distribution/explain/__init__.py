"""How a stored value came to be: from its row back to the release, the definition, the bits, and the hub's message."""
