"""What follows from the law, the priors and the seeds, and is kept in the repository: says what is
out of date, and makes it. Works in a checkout; a run needs none of it.
"""
