"""What a reader sees: sentences, figures and tables made from finished results; computes no result
of its own.
"""
