"""The first edition's figures as they were measured, and the goals that were set for the second; a
record, computes nothing. They were measured once, through the first edition's maps.
"""

from __future__ import annotations

FIRST = {
    "personalists 1965 to 1999, any exit": (
        "law .73, +4.4% (12.0 said); logit .69, +5.4%; mean of both .73, +6.8%"
    ),
    "personalists 1965 to 1999, irregular exits": "law .76, -1.8%",
    "personalists 1990 to 1999, any exit": "law .85, +11.5% (13.1 said, 7.7 went)",
    "personalists 1990 to 1999, irregular exits": "law .89, -7% (8.1 said, 4.1 went)",
    "episodes by rule": "law .14 (AUC .93, 39 said); 12 in 100 went",
    "old 44, out of fold": "law .073",
    "old 11, development": "law .171",
    "likeliest way right among exits, old 44": ".51 (on 41 others, unseen; base rate .49)",
}
GOALS = {
    "personalists 1965 to 1999, any exit": (
        "law .73, +7%; blend .74, +7.5%, better than the logit beyond its interval"
    ),
    "personalists 1965 to 1999, irregular exits": "law +2%",
    "personalists 1990 to 1999, any exit": (
        "law .82, +13%; blend .84, +16%; said within 1.3 times the rate"
    ),
    "personalists 1990 to 1999, irregular exits": ".83, +5%",
    "episodes by rule": ".095, AUC .88, said within 1.4 times the share",
    "old 44, out of fold": ".09",
    "old 11, development": ".15",
    "likeliest way right among exits, old 44": ".60",
}

__all__ = ["FIRST", "GOALS"]
