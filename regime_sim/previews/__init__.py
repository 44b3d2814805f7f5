"""Emulators of a scenario, quick enough to follow a dragged slider; prints nothing."""
