"""A campaign against the whole package: random scenarios engine against engine, random argument
lists over every command, random calls over every public function; prints totals, and every finding
with the line that repeats it.

    python -m tools.campaign --seed 1 --engines 2000 --commands 500 --calls 500

Nothing may reach a user but results, a documented status with lines, a RegimeSimError, or a
TypeError that names the argument; nothing may take over ten seconds of a processor; no file of the
user's (a tree that is hashed before and after) may change. The same seed gives the same campaign.
Status 0: nothing was found, 1: something was.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
