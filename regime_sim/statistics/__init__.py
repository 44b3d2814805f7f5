"""Statistics of simulated futures as leaves: arrays in, small records with intervals out; knows no
scenario, draws nothing, prints nothing.
"""
