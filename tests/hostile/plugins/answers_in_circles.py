# SHOWN Own words.
circle = []
circle.append(circle)
class plugin:
    'Own words.'
    names = circle
    get_names = staticmethod(lambda: {1: {2: circle}})
