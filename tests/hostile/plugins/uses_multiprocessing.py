# SHOWN Own words.
import multiprocessing, time
multiprocessing.get_context('fork').Process(target=time.sleep, args=(1000,)).start()


class plugin:
    'Own words.'
