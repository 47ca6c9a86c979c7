"""The device's side: frames into envelopes, envelopes to the hub, recorded logs and a simulated fleet as sources."""
