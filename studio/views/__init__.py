"""Pages, and the proxy that answers what they ask."""
