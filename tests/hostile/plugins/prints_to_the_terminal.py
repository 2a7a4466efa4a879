# SHOWN Own words.
try:
    with open('/dev/tty', 'w') as terminal: terminal.write('PRINTED')
except OSError: pass


class plugin:
    'Own words.'
