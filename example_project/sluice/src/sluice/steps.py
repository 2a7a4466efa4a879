"""Steps: what is done to each cell on its way."""

STEPS = {}


def step(name=None, *, cost=1):
    """Register a function as a step."""

    def register(function):
        STEPS[name or function.__name__] = function
        return function

    return register


@step("trim")
def without_spaces(cell: str) -> str:
    """Take away what is blank at both ends."""
    return cell.strip()


@step(name="fold", cost=2)
def folded(cell: str) -> str:
    """Make all letters small."""
    return cell.casefold()


@step()
def reverse(cell: str) -> str:
    """Put the last letter first."""
    return cell[::-1]
