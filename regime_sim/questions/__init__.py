"""Questions asked of a scenario: what changes the answer, what decides it, what it rests on; draws
no picture and prints nothing.
"""
