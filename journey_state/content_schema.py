"""The base of every content value: strict, frozen, nothing unknown, nothing turned from one type into another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Extra, StrictBool, StrictInt, StrictStr

from journey_state.texts import Text

# Free numbers and texts that only facts show, by {name.of.it}.
Details = Mapping[str, Any]

__all__ = ["Details", "FactEntry", "Strict", "StrictBool", "StrictInt", "StrictStr", "Text", "TopicFile", "require_positive"]


class Strict(BaseModel):
    """A frozen value that refuses unknown fields."""

    class Config:
        """Pydantic reads this."""

        extra = Extra.forbid
        frozen = True


class FactEntry(Strict):
    """One fact as a file states it: for everything, for products, for named plans, or for each plan of products.

    value, text: {names} are filled in from the content; text must be a sentence ready for a customer.
    in_list, list_note: how the value reads in a list of plans, and a closing sentence of that list.
    """

    attribute: StrictStr
    products: tuple[StrictStr, ...] = ()
    plans: tuple[StrictStr, ...] = ()
    each_plan_of: tuple[StrictStr, ...] = ()
    value: Text | StrictStr
    text: Text
    in_list: Text | None = None
    list_note: Text | None = None


class TopicFile(Strict):
    """A content file: its topic, and the facts that belong to it."""

    facts: tuple[FactEntry, ...] = ()


def require_positive(amount: int) -> int:
    """Refuse numbers below 0. Raises ValueError with the remedy."""
    if amount < 0:
        raise ValueError("cannot be negative; write 0 or more")
    return amount
