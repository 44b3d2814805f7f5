"""What a reader sees: sentences, figures and tables of finished results; computes no result."""
