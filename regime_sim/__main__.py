"""`python -m regime_sim` is `regime-sim`."""

from .cli import main

if __name__ == "__main__":  # else a tool that imports every module would run it
    main()
