# REASON KeyError
import sys
for name in [name for name in sys.modules if name != '__main__']: del sys.modules[name]
sys.meta_path.clear()
sys.path_hooks.clear()


class plugin:
    'Own words.'
