# REASON TypeError
import builtins
for name in ('print', 'getattr', 'isinstance', 'open', 'str', 'len', 'type', 'dict', 'sorted', 'setattr'):
    setattr(builtins, name, None) if name != 'setattr' else builtins.__dict__.update(setattr=None)


class plugin:
    'Own words.'
