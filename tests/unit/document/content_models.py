"""What an XML schema says of the elements that we write: attributes and the order of children.

``(required attributes, other attributes, children in their order)``; a child ends in ``?`` (none or one),
``*`` (any number), ``+`` (one or more) or nothing (one). Written after the specifications, for what we use.
"""

import re


def check(root, models, namespace):
    """Assert that every element in a tree has the attributes and children that its model asks for."""
    names = []
    for one in root.iter():
        assert one.tag.startswith(namespace), one.tag
        tag = one.tag.removeprefix(namespace)
        required, others, children = models[tag]
        found = {name for name in one.attrib if not name.startswith("{")}
        assert set(required.split()) <= found, f"{tag} lacks {set(required.split()) - found}"
        assert found <= set(required.split()) | set(others.split()), f"{tag} has more: {found}"
        order = "".join(child.tag.removeprefix(namespace) + ";" for child in one)
        assert re.fullmatch(_pattern(children), order), f"{tag} holds {order}"
        names += [one.get(key) for key in ("ID", "id") if one.get(key)]
    assert len(names) == len(set(names)), "a name is taken twice"


def _pattern(children):
    parts = []
    for child in children.split():
        name, mark = re.fullmatch(r"(\w+)([?*+]?)", child).groups()
        parts.append(f"(?:{name};){mark}")
    return "".join(parts)
