# What commands use, loaded when it is first used.

from . import checking as checking
from . import renew as renew
