"""The model held against history: coded cases, patterns, observed rates, registered forecasts;
draws no picture and prints nothing.
"""
