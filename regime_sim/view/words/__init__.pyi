# What commands use, loaded when it is first used.

from . import defaults as defaults
from . import effects as effects
