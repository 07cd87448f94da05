"""Where the time of a warm read goes; measured in a process of its own for ``speed.py``.

    python tests/benchmarks/stages.py PICTURE ROUNDS

Prints one line of JSON. The clocks are not in the stages: while they are measured, the functions that join
them (``ocr.layout``, ``ocr.recognition``, ``ocr.looks``) call wrapped ones. A stage's time is its own,
without that of stages that it calls, and of the processors: other work on the machine hits it less.
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

# Stage and the names under which it is called. What else a read does is "joining them".
STAGES = {
    "decode": ("ocr.page.image_io:Picture.gray",),
    "polarity": ("ocr.layout:is_light_on_dark",),
    "sheet": ("ocr.layout:find_sheet", "ocr.layout:at_size"),
    "letter height": ("ocr.layout:letter_height",),
    "flatten": ("ocr.layout:flatten",),
    "ink": ("ocr.layout:denoised", "ocr.layout:ink_in", "ocr.layout:sharpened"),
    "rules": ("ocr.layout:take_out_frames", "ocr.layout:take_out_rules"),
    "components": (
        "ocr.layout:find_components",
        "ocr.layout:reasons_of_shape",
        "ocr.layout:stands_on_paper",
        "ocr.layout:are_on_lattice",
        "ocr.layout:kept",
        "ocr.layout:without_faint_bars",
    ),
    "lines": ("ocr.layout:find_lines",),
    "glyphs": ("ocr.layout:join_glyphs",),
    "cuts": ("ocr.candidates:segment_lines",),
    "tiles": ("ocr.candidates:make_tiles",),
    "classify": ("ocr.candidates:classify",),
    "places and gaps": (
        "ocr.recognition:_frames",
        "ocr.recognition:with_placement",
        "ocr.recognition:_space_logits",
    ),
    "language": ("ocr.recognition:decode", "ocr.recognition:transcribed"),
}
LOOK = "ocr.looks:find_layout"
REST = "joining them"


class Stopwatch:
    """Adds up own times by stage, and the time of all looks at a picture after the first."""

    def __init__(self):
        self.own = dict.fromkeys((*STAGES, REST), 0.0)
        self.again, self.looks = 0.0, 0
        self._running, self._since = [REST], 0.0

    def start(self):
        """Begin."""
        self._since = time.process_time()

    def _turn(self):
        now = time.process_time()
        self.own[self._running[-1]] += now - self._since
        if self.looks > 1:
            self.again += now - self._since
        self._since = now

    @contextmanager
    def stage(self, name):
        """Time what is done within to a stage."""
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

    def looking(self, function):
        """The function that begins another look."""

        def counted(*arguments, **settings):
            self._turn()
            self.looks += 1
            return function(*arguments, **settings)

        return counted


def replaced(place, change):
    """Put something else in the place ``module:name`` or ``module:class.name`` for a while."""
    module, _, names = place.partition(":")
    *owners, name = names.split(".")
    owner = import_module(module)
    for inner in owners:
        owner = getattr(owner, inner)
    if not hasattr(owner, name):
        message = f"stages.py: found no {place}, expected the function of a stage; correct STAGES"
        raise SystemExit(message)
    return mock.patch.object(owner, name, change(getattr(owner, name)))


def by_stage(reader, path):
    """One read: seconds by stage, how many looks, and the seconds of those after the first."""
    watch = Stopwatch()
    with ExitStack() as stack:
        stack.enter_context(replaced(LOOK, watch.looking))
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
        "looks": watches[0].looks,
        "again": statistics.median(watch.again for watch in watches),
    }


if __name__ == "__main__":
    print("\n" + json.dumps(measure(sys.argv[1], int(sys.argv[2]))))  # noqa: T201 - a program's answer
