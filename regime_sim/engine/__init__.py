"""The two engines of one law: `model` (Mesa, to read and watch) and the built one, fast (`native`,
asked through `replicates`); and the one door to randomness.
"""
