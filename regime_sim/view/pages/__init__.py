"""Whole pages of finished results: report, ODD, model card, network; computes no result."""
