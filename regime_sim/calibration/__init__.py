"""Joint samples of structural parameters from observed rates and coded cases; prints nothing."""
