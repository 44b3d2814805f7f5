"""What observed rates and coded cases say of the structural parameters, as joint samples that runs
draw from; prints nothing.
"""
