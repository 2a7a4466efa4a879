# SHOWN Own words.
import logging
logging.disable(logging.CRITICAL)
logging.getLogger('sphinx').disabled = True
try:
    import sphinx.util.logging
    sphinx.util.logging.getLogger('sphinx').logger.disabled = True
except Exception: pass


class plugin:
    'Own words.'
