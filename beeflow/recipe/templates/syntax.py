"""The syntax tree of an expression or template, with the place of each of its nodes.

Jinja2's parser builds it. Its nodes know one number, which Jinja2 calls a line; ours is the number
of a token (see `tokens`), and from that and the tree the exact stretch of each node follows.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec
from jinja2 import TemplateSyntaxError, nodes
from jinja2.lexer import TokenStream
from jinja2.parser import Parser

from beeflow.errors import ExpressionError
from beeflow.recipe.templates.limits import MAX_DEPTH, MAX_NESTING
from beeflow.recipe.templates.tokens import ENVIRONMENT, Grammar, Lexed, lex

if TYPE_CHECKING:
    from jinja2.lexer import Token

Place = tuple[int, int]
"""Offset and length, in characters of the text."""

_END = "the end"
_NO_FIELD = "expected name or number"
_MENDS = {
    "=": "write == to compare",
    "|": "write `or`; a single | applies a filter",
    "{": "write the value bare",
    "contains": "write `'part' in text`",
    **dict.fromkeys(("startswith", "endswith"), "it is a method: write `text.startswith('x')`"),
}
_WORDS = {"and", "or", "not", "in", "is", "if", "else"}
_NAMES = {
    "variable_begin": "{{",
    "variable_end": "}}",
    "block_begin": "{%",
    "block_end": "%}",
    "data": "text",
    "eof": _END,
}


class Syntax(msgspec.Struct, frozen=True):
    """A parsed text. `node` is an expression, or `jinja2.nodes.Template`."""

    lexed: Lexed
    node: nodes.Node
    size: int
    """How many nodes there are."""

    @property
    def text(self) -> str:
        """The text as it was written."""
        return self.lexed.text

    def place(self, node: nodes.Node) -> Place:
        """Return where `node` stands, without brackets around it."""
        first, last = _stretch(self.lexed, node)
        start, end = self.lexed.places[first][0], self.lexed.places[last][1]
        return start, end - start

    def source(self, node: nodes.Node) -> str:
        """Return `node` as it was written."""
        offset, length = self.place(node)
        return self.text[offset : offset + length]

    def name_place(self, node: nodes.Node) -> Place:
        """Return where the name of a field, item, filter, test, keyword or tag stands."""
        number = node.lineno
        last = number
        if isinstance(node, nodes.Getattr):
            number = last = number + 1
        elif isinstance(node, nodes.Getitem):
            last = self.lexed.closing.get(number, number + 2) - 1
            number += 1
        elif isinstance(node, nodes.Test):
            number = last = _test_name(self.lexed, node)
        elif isinstance(node, nodes.Keyword):
            number = last = _outer(self.lexed, node.value)[0] - 2
        start, end = self.lexed.places[number][0], self.lexed.places[last][1]
        return start, end - start


@lru_cache(maxsize=4)
def parse(text: str, grammar: Grammar) -> Syntax:
    """Parse `text`; raises `ExpressionError` with the place and the mend.

    The last few are kept: whoever compiles a text most often looks at its tree at once.
    """
    lexed = lex(text, grammar)
    parser = _Parser(lexed)
    try:
        node = parser.expression() if grammar == "expression" else parser.parse()
    except TemplateSyntaxError as error:
        raise _syntax_error(lexed, parser, error) from None
    except RecursionError:
        raise ExpressionError(
            f"this is nested too deeply: at most {MAX_NESTING} levels are read", length=len(text)
        ) from None
    return Syntax(lexed, node, _size(lexed, node))


class _Parser(Parser):
    """Jinja2's parser, reading tokens that were made before."""

    def __init__(self, lexed: Lexed) -> None:
        super().__init__(ENVIRONMENT, "", state="variable")
        self.stream = TokenStream(lexed.tokens, None, None)

    def expression(self) -> nodes.Expr:
        if self.stream.current.type == "eof":
            self.fail("nothing")
        node = self.parse_expression()
        if self.stream.current.type != "eof":
            self.fail("left over")
        return node


def _syntax_error(lexed: Lexed, parser: Parser, error: TemplateSyntaxError) -> ExpressionError:
    """Put an error of Jinja2's parser into our words, at its exact place."""
    if not lexed.tokens:
        return ExpressionError("there is no expression here", length=len(lexed.text))
    token = parser.stream.current
    if str(error.message) == _NO_FIELD and lexed.tokens[error.lineno].value != ".":
        return _field_missing(lexed, error.lineno)  # the parser has gone one token too far
    number = len(lexed.tokens) - 1 if token.type == "eof" else token.lineno
    start, end = lexed.places[number]
    if "Unexpected end of template" in str(error.message) or "unknown tag" in str(error.message):
        message = _block_error(str(error.message))
    elif token.type == "eof":
        message = "this stops too early: something is missing after it"
    else:
        shown = _NAMES.get(token.type, str(token.value))
        message = f"`{shown}` is not expected here"
    mend = _mend(lexed, token, (start, end))
    return ExpressionError(
        message + (f": {mend}" if mend else ""), offset=start, length=end - start, suggestion=mend
    )


def _mend(lexed: Lexed, token: Token, place: Place) -> str | None:
    """Return what to write in place of a token that is not expected, or of the one before it."""
    start, end = place
    value = str(token.value)
    if token.type == "data":
        return None
    if value == "=" and lexed.text[end : end + 1] in {">", "<"}:
        return f"write {lexed.text[end]}="
    if value == ">" and lexed.text[start - 1 : start] == "<":
        return "write !="
    before = str(lexed.tokens[token.lineno - 1].value) if token.lineno else ""
    for word in (value, before):
        if word.lower() in _WORDS and word != word.lower():
            return f"write `{word.lower()}` in small letters"
    return _MENDS.get(value)


def _field_missing(lexed: Lexed, number: int) -> ExpressionError:
    """Return the error for a dot that no name follows; `number` is the token that does."""
    start, end = lexed.places[number - 1]
    mend = "write the name of a field behind the dot, or leave the dot out"
    return ExpressionError(
        f"no name follows this dot: {mend}", offset=start, length=end - start, suggestion=mend
    )


def _block_error(message: str) -> str:
    for tag in ("for", "if", "set"):
        if f"'end{tag}'" in message and "looking for" in message:
            return f"a {{% {tag} %}} is not closed: write {{% end{tag} %}}"
    return "this closes a block that was not opened"


def _size(lexed: Lexed, root: nodes.Node) -> int:
    """Count the nodes, without recursion; refuses a tree that is too deep to be walked with it."""
    count = 0
    level = [root]
    for _ in range(MAX_DEPTH):
        count += len(level)
        level = [child for node in level for child in node.iter_child_nodes()]
        if not level:
            return count
    start, end = lexed.places[min(level[0].lineno, len(lexed.places) - 1)]
    raise ExpressionError(
        f"this has too many parts within parts: at most {MAX_DEPTH} levels are read",
        offset=start,
        length=end - start,
    )


# --- where a node stands ---------------------------------------------------------------------


def _outer(lexed: Lexed, node: nodes.Node) -> Place:
    """Return the first and last token of `node`, with the brackets around it."""
    first, last = _stretch(lexed, node)
    while first and lexed.closing.get(first - 1) == last + 1:
        if lexed.tokens[first - 1].type != "lparen":
            break
        first, last = first - 1, last + 1
    return first, last


def _stretch(lexed: Lexed, node: nodes.Node) -> Place:
    """Return the first and last token of `node`; what was found once is kept."""
    found = lexed.stretches.get(node)
    if found is None:
        found = lexed.stretches[node] = _found_stretch(lexed, node)
    return found


def _found_stretch(lexed: Lexed, node: nodes.Node) -> Place:
    number = node.lineno
    if isinstance(node, nodes.Const):
        return number, _last_string(lexed, number)
    if isinstance(node, nodes.List | nodes.Dict):
        return number, lexed.closing[number]
    if isinstance(node, nodes.Getattr | nodes.Getitem | nodes.Call | nodes.Filter | nodes.Test):
        return _postfix(lexed, node)
    if isinstance(node, nodes.Not | nodes.Neg | nodes.Pos):
        first, last = _outer(lexed, node.node)
        return (first if lexed.tokens[number].value == "is" else number), last
    children = _written_order(node)
    if not children or isinstance(node, nodes.Stmt):
        return number, number
    return _outer(lexed, children[0])[0], _outer(lexed, children[-1])[1]


def _written_order(node: nodes.Node) -> list[nodes.Expr]:
    if isinstance(node, nodes.CondExpr):
        return [node.expr1, node.expr2 or node.test]
    if isinstance(node, nodes.Compare):
        return [node.expr, node.ops[-1].expr]
    return [child for child in node.iter_child_nodes() if isinstance(child, nodes.Expr)]


def _postfix(
    lexed: Lexed, node: nodes.Getattr | nodes.Getitem | nodes.Call | nodes.Filter | nodes.Test
) -> Place:
    number = node.lineno
    first = number if node.node is None else _outer(lexed, node.node)[0]
    if isinstance(node, nodes.Call):
        return first, lexed.closing[number]
    if isinstance(node, nodes.Getattr | nodes.Getitem):
        return first, lexed.closing.get(number, number + 1)
    name = _test_name(lexed, node) if isinstance(node, nodes.Test) else number
    last = lexed.closing.get(name + 1, name) if _opens_call(lexed, name + 1) else name
    if last == name and node.args:
        last = _outer(lexed, node.args[-1])[1]
    return first, last


def _opens_call(lexed: Lexed, number: int) -> bool:
    return number < len(lexed.tokens) and lexed.tokens[number].type == "lparen"


def _test_name(lexed: Lexed, node: nodes.Test) -> int:
    return node.lineno + (2 if lexed.tokens[node.lineno + 1].value == "not" else 1)


def _last_string(lexed: Lexed, number: int) -> int:
    while (
        lexed.tokens[number].type == "string"
        and number + 1 < len(lexed.tokens)
        and lexed.tokens[number + 1].type == "string"
    ):
        number += 1
    return number
