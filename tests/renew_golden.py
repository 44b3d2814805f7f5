"""The pinned digests; `regime-sim renew golden` writes them after the law or its numbers were
changed on purpose.

A digest is SHA-256 over every array of an ensemble: the same on any machine, number of threads,
Python and chunking. Beside them the digests of small worlds stepped by the Mesa model, which need
no compiled code (see tests/small_worlds.py).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

GOLDEN = Path(__file__).with_name("golden.json")
GOLDEN_WORLDS = Path(__file__).with_name("golden_worlds.json")
SEED = 20251201
# scenario, generals, replicates: small ones, and one at the full corps
PINNED = (
    ("venezuela-2025", 2000, 64),
    ("venezuela-2026", 64, 256),
    ("waiting-game", 33, 128),
    ("raid", 100, 128),
    ("exile-offer", 8, 128),
)


def pinned() -> tuple[dict[str, str], dict[str, float]]:
    """The digest of each pinned run as this checkout gives it, and in which share he is out."""
    import regime_sim as rs

    digests, out = {}, {}
    for name, generals, replicates in PINNED:
        run = rs.simulate(rs.load(name).with_(generals=generals), replicates, seed=SEED)
        key = f"{name}, {generals} generals, {replicates} replicates"
        digests[key], out[key] = run.digest(), float((run.leader_week > 0).mean())
    return digests, out


def main() -> None:
    """Write the digests of this checkout."""
    sys.path.insert(0, str(Path(__file__).parent))
    import small_worlds

    GOLDEN_WORLDS.write_text(
        json.dumps([small_worlds.by_mesa(k) for k in range(small_worlds.NUMBER)], indent=0) + "\n",
        encoding="utf-8",
    )
    digests, out = pinned()
    whole = {"seed": SEED, "sha256": digests, "out": out}
    GOLDEN.write_text(json.dumps(whole, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
