"""Long work that workers do on what machines sent: backtests and re-decodes, asked for here and steered from here."""
