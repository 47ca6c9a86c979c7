"""Rules: what the checker makes of them, their bytecode, and a slow interpreter (docs/contracts/rules.md)."""
