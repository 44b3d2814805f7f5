"""`python -m regime_sim.cli` is `regime-sim`."""

from . import main

main()
