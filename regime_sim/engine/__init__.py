"""The two engines of one law: `model` (Mesa, to read and watch) and `kernel` (Numba, fast), and the
one door to randomness.
"""
