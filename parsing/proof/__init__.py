"""Golden samples and test sequences: what stands beside a definition and has to come true (docs/language.md)."""
