"""Pages and characters made by the project itself, from fonts and drawn strokes, for samples and tests.

``fonts`` finds letter shapes, ``stroke_font`` has its own; ``writers`` and ``stroke_writer`` draw single
characters with either, and ``written_page`` writes lines of them with the box of each character. Degradations
by light, paper, table and camera are in ``degradations``, ``lighting``, ``ruling``, ``sheet_degradations``,
``strikes``, ``tables`` and ``camera``; ``photo`` takes a photo with one of them, of a chosen strength.
"""
