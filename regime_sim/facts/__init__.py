"""Facts, sources and the one table of parameters; knows no scenario."""
