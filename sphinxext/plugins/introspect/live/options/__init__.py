"""Readers of options: each knows the objects of one library, and tells what options such an object declares.

A reader is a function ``read(target, tell)`` in a file of its own, which the process that loads plugins runs by its
path. So it imports only the standard library, runs on Python 3.8 and newer, and never imports the library that it
is for: it looks at what is loaded. It returns None for an object that it does not know, and else a dictionary in the
form of :class:`~sphinxext.plugins.core.options.Configuration`, without what is not known. What it may ask of objects
is :class:`~sphinxext.plugins.introspect.live.options.reading.Tell`. That texts are cleaned and cut, and defaults left
out that are secret or of one machine, is for :mod:`~sphinxext.plugins.introspect.live.options.reading`.
"""
