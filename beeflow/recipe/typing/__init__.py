"""Types: what a value of a recipe may be, told before anything runs.

`type_of_schema` reads them from JSON Schema, `field_of` and `item_of` follow them, and `described`
puts them into words. The checker infers with them (`beeflow.check.typing`), and a dry run may say
of what is not known yet what it will be. Nothing here is needed while recipes run.
"""

from beeflow.recipe.typing.access import field_of, item_of, items_of
from beeflow.recipe.typing.model import (
    ANYTHING,
    BOOLEAN,
    LIST,
    MAPPING,
    NEVER,
    NULL,
    NUMBER,
    TEXT,
    TIME,
    WHOLE,
    Anything,
    Boolean,
    ListOf,
    Never,
    Null,
    Number,
    OneOf,
    Record,
    Store,
    Text,
    Time,
    Type,
    listing,
    literal,
    members,
    union,
)
from beeflow.recipe.typing.schema import payload_type, type_of_schema
from beeflow.recipe.typing.words import described, shown

__all__ = [
    "ANYTHING",
    "BOOLEAN",
    "LIST",
    "MAPPING",
    "NEVER",
    "NULL",
    "NUMBER",
    "TEXT",
    "TIME",
    "WHOLE",
    "Anything",
    "Boolean",
    "ListOf",
    "Never",
    "Null",
    "Number",
    "OneOf",
    "Record",
    "Store",
    "Text",
    "Time",
    "Type",
    "described",
    "field_of",
    "item_of",
    "items_of",
    "listing",
    "literal",
    "members",
    "payload_type",
    "shown",
    "type_of_schema",
    "union",
]
