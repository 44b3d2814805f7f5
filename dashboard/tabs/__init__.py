"""The tabs below the first screen, one question each; none costs anything until it is opened."""
