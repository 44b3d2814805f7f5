"""All that a report on one run rests on, gathered; the page itself is made in `view`."""
