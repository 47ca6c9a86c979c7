"""What another content would have made of what machines sent: recorded envelopes, decoded again and compared."""
