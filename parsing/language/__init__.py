"""The signal language: text to syntax tree and back (docs/language.md)."""
