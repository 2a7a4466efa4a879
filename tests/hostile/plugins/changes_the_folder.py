# SHOWN Own words.
import os, tempfile
os.chdir(tempfile.mkdtemp())
os.rmdir(os.getcwd())


class plugin:
    'Own words.'
