# REASON GeneratorExit
raise GeneratorExit


class plugin:
    'Own words.'
