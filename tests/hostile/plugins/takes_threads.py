# SHOWN Own words.
import threading, time
for _ in range(200): threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()


class plugin:
    'Own words.'
