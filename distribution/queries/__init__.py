"""All SQL that reads. Values are bound, never pasted; every read has limits on rows, time and memory."""
