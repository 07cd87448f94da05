"""Pages and characters made by the project itself, from fonts and drawn strokes, for samples and tests.

``fonts`` finds letter shapes, ``strokes`` draws its own; a ``writer`` writes single characters with either,
``page`` sets them down in lines and remembers every box; ``damage``, ``sheet``, ``tables`` and ``camera`` do
what light, paper and a phone do to a page, and ``photo`` takes one hard photo of a chosen kind and strength.
"""
