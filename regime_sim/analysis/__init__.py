"""What can be concluded from simulated futures: arrays in, small results with intervals out; draws nothing and prints nothing."""
