"""The command line `regime-sim`: the only room that prints or exits; holds no logic of the model."""

from .commands import app, main

__all__ = ["app", "main"]
