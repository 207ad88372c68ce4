"""Inference: the types of a recipe's expressions and templates, and what is remarkable in them.

`flow` walks a recipe in the order it runs and reads its texts (`reading`). Each is inferred node
by node (`typer`, with `fields`, `operators`, `applying`, `items`, `statements`) where names have
types (`triggers`, `standing`) and conditions have proved facts (`narrowing`, `env`). What comes of
it are remarks (`remarks`): the rules put them into words.
"""
