"""Jobs of the Meta API: backtests and re-decodes of what machines sent."""
