# What commands use, loaded when it is first used.

from . import odd as odd
