"""The law: one mechanism a file, scalar functions of numbers and of actors' attributes; knows no
array, no randomness, no file, no Mesa.
"""
