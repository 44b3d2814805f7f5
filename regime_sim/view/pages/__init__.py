"""Whole pages made from finished results: report, ODD, model card, network of generals; computes no
result.
"""
