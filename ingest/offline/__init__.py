"""Decoding recorded logs with nothing but files: no server, no settings, and no Django, so that it starts at once."""
