"""Bring the catalogues of the extension's own words up to date: ``python -m tests.translate``.

It takes what stands in the source into each ``.po`` file, keeps what is translated, and compiles
what is complete.
"""

from __future__ import annotations

import io
from datetime import UTC, datetime

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from tests.test_package import PACKAGE
from tests.test_translation import KEYWORDS, LOCALE

_UNWANTED = tuple(f'"{name}' for name in ("Report-", "POT-", "PO-", "Last-", "Language-Team", "Generated-"))


def main() -> None:
    template = Catalog()
    for file, line, message, comments, _context in extract_from_dir(PACKAGE, [("**.py", "python")], keywords=KEYWORDS):
        template.add(message, locations=[(f"sphinxext/plugins/{file}", line)], auto_comments=comments)
    for path in sorted(LOCALE.glob("*/LC_MESSAGES/*.po")):
        language = path.parts[-3]
        with path.open("rb") as source:
            catalogue = read_po(source, locale=language)
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        # The rest of a header differs with each run, or says nothing.
        written = io.BytesIO()
        catalogue.creation_date = catalogue.revision_date = datetime(2000, 1, 1, tzinfo=UTC)
        write_po(written, catalogue, sort_output=True, width=100, include_lineno=False)
        lines = written.getvalue().decode().splitlines(keepends=True)
        path.write_text("".join(line for line in lines if not line.startswith(_UNWANTED)).lstrip())
        with path.with_suffix(".mo").open("wb") as target:
            write_mo(target, catalogue)
        missing = [message.id for message in catalogue if message.id and not message.string]
        print(f"{language}: {len(catalogue)} messages, {len(missing)} not translated", *missing, sep="\n  ")


if __name__ == "__main__":
    main()
