"""The model held against history: cases, patterns, observed rates, forecasts; prints nothing."""
