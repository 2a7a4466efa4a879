# REASON ValueError|ExceptionGroup
import builtins
raise getattr(builtins, 'BaseExceptionGroup', ValueError)('on purpose', [KeyboardInterrupt()])


class plugin:
    'Own words.'
