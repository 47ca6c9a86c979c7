"""What envelopes hold that are no frames: positions, log lines, faults and reports, as JSON or MessagePack objects."""
