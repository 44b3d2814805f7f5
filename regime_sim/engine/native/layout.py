"""What a module is asked by: the table of numbers and addresses of a job, in order, with the type
of each array. Python, C and JavaScript all read it from here; asks nothing itself.

A table is made of 64-bit words: numbers first, then the addresses of arrays (in WebAssembly, places
in its memory). All arrays are in the machine's own byte order, which is little-endian throughout.
"""

from __future__ import annotations

# numbers of a run: the seed is the whole 64 bits; `every` replicates share a row of x and p;
# `traced` is the place of the traced world in the block, or NONE
RUN_NUMBERS = (
    "first",
    "seed",
    "horizon",
    "worlds",
    "every",
    "generals",
    "peers",
    "rows",
    "bin_count",
    "traced",
    "weighed",
)
RUN_INPUTS = {
    "x": "f8",
    "p": "f8",
    "troops": "i4",
    "rent_share": "f8",
    "complicity": "f8",
    "tie": "f8",
    "trusting": "u4",
    "begins": "u4",
    "ident": "i4",
    "target": "i8",
    "value": "f8",
    "share": "f8",
    "over": "f8",
    "lasts": "f8",
    "variable": "i8",
    "above": "b1",
    "threshold": "f8",
    "week": "f8",
    "how": "i8",
    "place": "i8",
    "least": "f8",
    "most": "f8",
    "stock": "b1",
    "low": "f8",
    "high": "f8",
}
RUN_OUTPUTS = {
    "ledger": "i2",
    "counts": "i8",
    "sums": "i8",
    "bins": "i8",
    "chances": "f8",
    "trace_state": "f8",
    "trace_inputs": "f8",
    "trace_status": "u1",
    "trace_private": "i2",
}
RUN_PLACES = (*RUN_INPUTS, *RUN_OUTPUTS, "work", "stop")
RUN = (*RUN_NUMBERS, *RUN_PLACES)

# numbers of a draw: draws first_draw ... first_draw + draws - 1 of the priors
DRAW_NUMBERS = ("first_draw", "draws", "seed", "uncertain", "joint_rows", "joint_columns", "key")
DRAW_INPUTS = {
    "base_x": "f8",
    "base_p": "f8",
    "joint": "f8",
    "columns": "i8",
    "keys": "u4",
    "family": "i8",
    "a": "f8",
    "b": "f8",
    "c": "f8",
    "d": "f8",
    "low": "f8",
    "high": "f8",
    "low_share": "f8",
    "high_share": "f8",
    "structural": "b1",
    "grid": "i8",
    "tables": "f8",
    "begins": "i8",
    "index": "i8",
    "moved": "b1",
    "at_zero": "f8",
    "at_one": "f8",
    "start": "f8",
    "end": "f8",
}
DRAW_OUTPUTS = {"x": "f8", "p": "f8"}
DRAW = (*DRAW_NUMBERS, *DRAW_INPUTS, *DRAW_OUTPUTS)

NONE = 0xFFFFFFFF
