"""Makes one call through a vendor's SDK, in a process whose environment is all it is told: `identity_call.py MODULE FUNCTION`."""

import importlib
import sys

module, function = sys.argv[1:]
getattr(importlib.import_module(module), function)()
