"""Benchmarks; each prints what it measured and, as its last line, JSON."""
