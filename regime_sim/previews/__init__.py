"""Emulators of a scenario, quick enough to follow a slider that is being dragged; draws no picture
and prints nothing.
"""
