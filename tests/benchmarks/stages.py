"""Where the time of a warm read goes; measured in a process of its own for ``speed.py``.

    python tests/benchmarks/stages.py PICTURE ROUNDS

Prints one line of JSON. The clocks are not in the stages: while they are measured, their functions are
replaced by timed ones wherever they are called. A stage's time includes what it calls: that of the letter
height has the ink that is looked at for it. It is that of the processors: other work on the machine hits it
less.
"""

import json
import statistics
import sys
import time
from contextlib import ExitStack, contextmanager
from functools import partial
from importlib import import_module
from unittest import mock

from floor import decode, matrices, multiply, needs_of

# Stage and the functions that do its work, each where it is defined. The rest of a read is "everything else".
STAGES = {
    "decode": ("ocr.image.picture:Picture.gray",),
    "polarity": ("ocr.page.ink.background:is_light_on_dark",),
    "sheet": ("ocr.image.picture:Picture.colours", "ocr.page.sheet.page_boundary:find_sheet"),
    "rectify": (
        "ocr.page.sheet.rectification:find_rectification",
        "ocr.page.sheet.rectification:Rectification.rectified",
    ),
    "text height": ("ocr.page.text_height:measure_text_height",),
    "resize": ("ocr.image.resize:resized", "ocr.image.resize:at_size"),
    "flatten": (
        "ocr.page.ink.background:normalize_background",
        "ocr.page.printed.line_removal:remove_crease_shadows",
    ),
    "ink": (
        "ocr.page.ink.binarization:denoised",
        "ocr.page.ink.binarization:binarize",
        "ocr.page.ink.binarization:thinned",
        "ocr.page.ink.deblurring:deblurred",
    ),
    "rules": ("ocr.page.printed.line_removal:remove_print", "ocr.page.printed.line_removal:remove_rules"),
    "pixel networks": (
        "ocr.page.ink.pixel_classifier:classify_pixels",
        "ocr.page.printed.writing_mask:erase_judged_lines",
        "ocr.page.printed.writing_mask:likely_ink",
    ),
    "tables and combs": (
        "ocr.page.printed.check_boxes:find_boxes",
        "ocr.page.printed.box_sides:find_box_sides",
        "ocr.page.printed.comb_lines:find_combs",
    ),
    "components": (
        "ocr.page.ink.components:find_components",
        "ocr.page.writing.marks:mark_kinds",
        "ocr.page.writing.marks:are_on_paper",
        "ocr.page.writing.marks:are_dots_of_paper",
        "ocr.page.writing.marks:split_components",
        "ocr.page.writing.faint_marks:are_of_other_side",
        "ocr.page.writing.faint_marks:reject_faint_bars",
        "ocr.page.writing.faint_marks:reject_faint_ends",
    ),
    "lines": ("ocr.page.writing.reading_order:lines_in_order",),
    "glyphs": ("ocr.page.writing.glyphs:join_glyphs",),
    "cuts": (
        "ocr.recognition.segments:stroke_width",
        "ocr.recognition.cuts:offer_cuts",
        "ocr.recognition.cut_classifier:CutClassifier.log_odds",
        "ocr.recognition.cuts:keep_cuts",
        "ocr.recognition.segments:segment_line",
    ),
    "crops": (
        "ocr.page.writing.glyphs:own_ink",
        "ocr.page.writing.glyphs:glyph_ink",
        "ocr.classifier.crop:make_crops",
    ),
    "classify": ("ocr.classifier.model:Model.log_probabilities",),
    "metrics and gaps": (
        "ocr.recognition.glyph_metrics:search_line_metrics",
        "ocr.recognition.glyph_metrics:with_glyph_metrics",
    ),
    "language": ("ocr.recognition.hypotheses:decode_lines", "ocr.recognition.transcribe:transcribe"),
    "line network": (
        "ocr.recognition.line_reading:reread_lines",
        "ocr.recognition.line_reading:rescued_lines",
    ),
}
# What begins an attempt at a picture.
ATTEMPT = "ocr.page.layout:find_layout"
REST = "everything else"


class Stopwatch:
    """Adds up own times by stage, and the time of all attempts at a picture after the first."""

    def __init__(self):
        self.own = dict.fromkeys((*STAGES, REST), 0.0)
        self.again, self.attempts = 0.0, 0
        self._running, self._since = [REST], 0.0

    def start(self):
        """Begin."""
        self._since = time.process_time()

    def _turn(self):
        now = time.process_time()
        self.own[self._running[-1]] += now - self._since
        if self.attempts > 1:
            self.again += now - self._since
        self._since = now

    @contextmanager
    def stage(self, name):
        """Time what is done within to a stage, unless that is done for another stage."""
        if len(self._running) > 1:
            yield
            return
        self._turn()
        self._running.append(name)
        try:
            yield
        finally:
            self._turn()
            self._running.pop()

    def stop(self):
        """Count what has passed since the last stage."""
        self._turn()

    def wrapped(self, name, function):
        """The function, timed."""

        def timed(*arguments, **settings):
            with self.stage(name):
                return function(*arguments, **settings)

        return timed

    def attempted(self, function):
        """The function that begins another attempt."""

        def counted(*arguments, **settings):
            self._turn()
            self.attempts += 1
            return function(*arguments, **settings)

        return counted


def named(place):
    """What ``module:function`` or ``module:class.method`` stands for: its owner, its name, and itself."""
    module, _, names = place.partition(":")
    *owners, name = names.split(".")
    owner = import_module(module)
    for inner in owners:
        owner = getattr(owner, inner, None)
    if not hasattr(owner, name):
        message = f"stages.py: found no {place}, expected the function of a stage; correct STAGES"
        raise SystemExit(message)
    return owner, name, getattr(owner, name)


def replaced(place, change):
    """Put something else in a place for a while, and wherever in this project it is imported."""
    owner, name, function = named(place)
    other, stack = change(function), ExitStack()
    stack.enter_context(mock.patch.object(owner, name, other))
    for module in [sys.modules[key] for key in list(sys.modules) if key.split(".")[0] == "ocr"]:
        for key in [key for key, value in vars(module).items() if value is function]:
            stack.enter_context(mock.patch.object(module, key, other))
    return stack


def by_stage(reader, path):
    """One read: seconds by stage, how many attempts, and the seconds of those after the first."""
    watch = Stopwatch()
    with ExitStack() as stack:
        stack.enter_context(replaced(ATTEMPT, watch.attempted))
        for name, places in STAGES.items():
            for place in places:
                stack.enter_context(replaced(place, partial(watch.wrapped, name)))
        watch.start()
        reader.read(path)
        watch.stop()
    return watch


def seconds_of(function, *arguments):
    """How long a call takes: on the clock, and of the processors."""
    start, cpu_start = time.perf_counter(), time.process_time()
    function(*arguments)
    return time.perf_counter() - start, time.process_time() - cpu_start


def measure(path, rounds):
    """Reads, floors and stages of one picture in turns."""
    needs = needs_of(path)
    from ocr.reader import Reader

    reader, pairs = Reader(), matrices(needs["shapes"])

    def floor():
        decode(path, needs["at_least_px"])
        multiply(pairs)

    reader.read(path)
    floor()
    reads, floors, watches = [], [], []
    for _ in range(rounds):
        reads.append(seconds_of(reader.read, path))
        floors.append(seconds_of(floor))
        watches.append(by_stage(reader, path))
    return {
        "needs": needs,
        "reads": reads,
        "floors": floors,
        "stages": {name: statistics.median(watch.own[name] for watch in watches) for name in (*STAGES, REST)},
        "attempts": watches[0].attempts,
        "again": statistics.median(watch.again for watch in watches),
    }


if __name__ == "__main__":
    print("\n" + json.dumps(measure(sys.argv[1], int(sys.argv[2]))))
