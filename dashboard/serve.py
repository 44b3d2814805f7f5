"""Starts Streamlit's server on the page, as `streamlit run app.py` does, and warms it up meanwhile; `regime-sim dashboard` runs this file with Streamlit's own flags."""

from __future__ import annotations

import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent


def main() -> None:
    """Serve until stopped."""
    sys.path.insert(0, str(FOLDER))
    import warm
    from streamlit.web.cli import main as streamlit

    warm.begin()
    sys.argv = ["streamlit", "run", str(FOLDER / "app.py"), *sys.argv[1:]]
    streamlit(prog_name="streamlit")


if __name__ == "__main__":
    main()
