# SHOWN Own words.
import sys
class Finder:
    def find_spec(self, name, *_): raise SystemExit
sys.meta_path.append(Finder())
sys.modules['hostile.odd'] = 3
sys.modules[3] = None


class plugin:
    'Own words.'
