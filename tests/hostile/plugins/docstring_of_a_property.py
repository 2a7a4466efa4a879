# SHOWN 
class Odd:
    @property
    def __doc__(self):
        while True: pass
plugin = Odd()
