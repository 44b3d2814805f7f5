# What commands use, loaded when it is first used.

from . import checks as checks
from . import defaults as defaults
from . import effects as effects
from . import morris as morris
from . import quantities as quantities
