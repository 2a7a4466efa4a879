"""What of strangers' words may do more than be read."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_WEB_ADDRESS = re.compile(r"(?:https?://[^/?#\s]|mailto:[^\s])[^\s<>\"\\^`{|}\x00-\x20\x7f-\xa0]*", re.IGNORECASE)


def is_address(url: str) -> bool:
    """Whether a text that strangers wrote may be linked to: a whole address of the web or of mail, and no other.

    What no address has in it (:rfc:`3986`) is what readers of addresses disagree about.
    """
    if _WEB_ADDRESS.fullmatch(url) is None:
        return False
    try:
        urlsplit(url)
    except ValueError:  # brackets that hold no address of IPv6, which builders would not survive
        return False
    return True
