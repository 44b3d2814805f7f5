"""Statistics of futures: arrays in, small records out; knows no scenario, draws nothing."""
