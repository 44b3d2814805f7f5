# What commands use, loaded when it is first used.

from . import forecast_export as forecast_export
from . import levers as levers
from . import registered as registered
from . import scenarios as scenarios
from . import second_coder as second_coder
