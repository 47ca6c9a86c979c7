"""How Django writes and reads values, by language."""
