"""What follows from law, priors and seeds and is kept: says what is out of date, and makes it."""
