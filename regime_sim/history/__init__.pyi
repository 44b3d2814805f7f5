# What commands use, loaded when it is first used.

from . import cases as cases
from . import episodes as episodes
from . import panel as panel
from . import patterns as patterns
from . import registered as registered
from . import registered_document as registered_document
from . import second_coder as second_coder
