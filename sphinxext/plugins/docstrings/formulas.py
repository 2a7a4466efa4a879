r"""Formulas that strangers wrote: which of them are only formulas.

What stands in a formula reaches TeX, which can read files with it, define commands anew or never come to
an end, and MathJax, which can make links. So there is a small grammar of symbols, groups, indices and
commands with a known number of arguments. What is in it does no more than look like mathematics, and is
no error in any format.
"""

from __future__ import annotations

import re

_SYMBOL = re.compile(
    r"alpha|beta|gamma|delta|epsilon|varepsilon|zeta|eta|theta|vartheta|iota|kappa|lambda|mu|nu|xi"
    r"|pi|varpi|rho|varrho|sigma|varsigma|tau|upsilon|phi|varphi|chi|psi|omega|Gamma|Delta|Theta"
    r"|Lambda|Xi|Pi|Sigma|Upsilon|Phi|Psi|Omega|sum|prod|int|oint|bigcup|bigcap|lim|sup|inf|max"
    r"|min|arg|det|dim|exp|ker|lg|ln|log|gcd|Pr|cos|cosh|cot|coth|csc|sec|sin|sinh|tan|tanh"
    r"|arccos|arcsin|arctan|partial|nabla|infty|forall|exists|neg|in|ni|notin|subset|supset|subseteq"
    r"|supseteq|cup|cap|emptyset|setminus|pm|mp|times|div|cdot|circ|ast|star|oplus|otimes|odot"
    r"|bullet|wedge|vee|leq|le|geq|ge|neq|ne|equiv|approx|sim|simeq|cong|propto|ll|gg|prec|succ"
    r"|perp|parallel|mid|to|gets|leftarrow|rightarrow|leftrightarrow|Leftarrow|Rightarrow|Leftrightarrow"
    r"|mapsto|uparrow|downarrow|iff|ldots|cdots|vdots|ddots|dots|hbar|ell|Re|Im|aleph|angle|prime"
    r"|langle|rangle|lfloor|rfloor|lceil|rceil|lvert|rvert|quad|qquad"
    r"|[,;:!{}|_&]"
)
_OF_ONE = re.compile(r"sqrt|hat|bar|vec|dot|ddot|tilde|overline|underline|widehat|widetilde|math(rm|bf|it|sf|tt|cal)")
_OF_TWO = re.compile(r"frac|binom")

_TOKEN = re.compile(r"\\([A-Za-z]+|[,;:!{}|_&])|([{}^_])|([A-Za-z0-9 \n+\-*/=<>()\[\],.;:!?|]|'+)")
_LONGEST = 1_000
_DEEPEST = 10


def is_harmless(formula: str) -> bool:
    """Whether a formula in TeX is of that grammar."""
    tokens: list[str] = []
    at = 0
    while at < len(formula) <= _LONGEST:
        token = _TOKEN.match(formula, at)
        if token is None:
            return False
        if token[0].strip():
            tokens.append(token[0])
        at = token.end()
    return bool(tokens) and _Reading(tokens).is_whole()


class _Reading:
    """Reads tokens from left to right."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._at = 0

    def is_whole(self) -> bool:
        """Whether they are a formula from the first to the last."""
        return self._row(0) and self._at == len(self._tokens)

    def _next(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _row(self, depth: int) -> bool:
        """Read symbols with their indices."""
        while self._next() not in {"", "}"}:
            if not self._symbol(depth):
                return False
            raised = lowered = False
            while self._next()[:1] in {"^", "_", "'"} and self._next():
                kind, self._at = self._next()[0], self._at + 1
                if (lowered if kind == "_" else raised) or not (kind == "'" or self._group(depth, or_letter=True)):
                    return False
                lowered, raised = lowered or kind == "_", raised or kind != "_"
        return True

    def _symbol(self, depth: int) -> bool:
        token = self._next()
        if token.startswith("{"):
            return self._group(depth)
        self._at += 1
        name = token.removeprefix("\\")
        if not token.startswith("\\"):
            return token[0] not in "^_'"
        count = 2 if _OF_TWO.fullmatch(name) else 1 if _OF_ONE.fullmatch(name) else 0
        return bool(_SYMBOL.fullmatch(name)) or (count > 0 and all(self._group(depth) for _ in range(count)))

    def _group(self, depth: int, *, or_letter: bool = False) -> bool:
        """Read what is in braces, or a letter or digit without them."""
        token = self._next()
        self._at += 1
        if or_letter and len(token) == 1 and token.isalnum():
            return True
        if not token.startswith("{") or depth == _DEEPEST or not self._row(depth + 1) or self._next() != "}":
            return False
        self._at += 1
        return True
