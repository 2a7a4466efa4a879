# REASON KeyboardInterrupt
raise KeyboardInterrupt


class plugin:
    'Own words.'
