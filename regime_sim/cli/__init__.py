"""The command line `regime-sim`: the only room that prints or exits; computes nothing."""

from .application import app, main

__all__ = ["app", "main"]
