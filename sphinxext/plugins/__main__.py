"""``python -m sphinxext.plugins`` is the command."""

from sphinxext.plugins.cli import main

raise SystemExit(main())
