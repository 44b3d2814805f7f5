"""Questions about a scenario: what changes, decides or supports the answer; prints nothing."""
