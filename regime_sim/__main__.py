"""`python -m regime_sim` is `regime-sim`."""

from .cli import main

main()
