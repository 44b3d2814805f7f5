# What commands use, loaded when it is first used.

from . import fit as fit
