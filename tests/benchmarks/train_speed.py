"""How fast a network learns here, and in PyTorch, scikit-learn and JAX: 784-512-256-62, ReLU, Adam, float32.

    python tests/benchmarks/train_speed.py --peers OTHER_VENV/bin/python

All learn the same random bytes of 28 x 28 in batches of 256. A step gathers a batch, scales it by 1/255, goes
forward and back and updates by Adam. Each runs in a process of its own, in turns, several rounds, so that
other work on the machine hits all alike; the best round counts. The peak is NumPy's product of two matrices
of 2048 x 2048, measured in turn with them. A sample takes 6 floating-point operations for each weight, 4 in
the first layer, whose inputs need no gradient.

Peers need not be installed where this project is: ``--peers`` names another Python. A peer that it lacks is
skipped, with a line that says so. NumPy's speed hangs on OPENBLAS_CORETYPE, which some machines set: compare.
"""

import argparse
import json
import os
import subprocess
import sys
import time
import warnings
from itertools import pairwise

SIZES = (784, 512, 256, 62)
BATCH, COUNT, RATE = 256, 20_480, 1e-3
_WEIGHTS = [inputs * outputs for inputs, outputs in pairwise(SIZES)]
FLOP = 6 * sum(_WEIGHTS) - 2 * _WEIGHTS[0]
# Characters in the training part of EMNIST byclass.
EPOCH = 697_932
NAMES = {
    "ocr": "this project",
    "torch": "PyTorch, Adam",
    "torch-fused": "PyTorch, fused Adam",
    "sklearn": "scikit-learn",
    "jax": "JAX, compiled",
}


def data():
    """Random images (N, 784) uint8 and labels (N,)."""
    import numpy as np

    rng = np.random.default_rng(0)
    return rng.integers(0, 256, (COUNT, SIZES[0]), dtype=np.uint8), rng.integers(0, SIZES[-1], COUNT)


def batches(rng):
    """Rows of one batch after the other, shuffled anew for each epoch."""
    while True:
        order = rng.permutation(COUNT)
        yield from (order[start : start + BATCH] for start in range(0, COUNT, BATCH))


def rate(step, seconds, size=BATCH):
    """Samples a second."""
    for _ in range(5):
        step()
    start, done = time.perf_counter(), 0
    while time.perf_counter() - start < seconds:
        step()
        done += 1
    return size * done / (time.perf_counter() - start)


def run_ocr(seconds):
    """Learn with the functions that ``ocr train`` calls."""
    import numpy as np

    import ocr
    from ocr.classifier.losses import cross_entropy
    from ocr.classifier.network import backward, count_weights, forward, initialise, view_as_network
    from ocr.training.optimizers import Adam

    images, labels = data()
    rng = np.random.default_rng(1)
    vector = initialise(SIZES, scheme="he", rng=rng)
    slope = np.zeros_like(vector)
    network, gradients = view_as_network(vector, SIZES), view_as_network(slope, SIZES)
    optimizer = Adam(vector, weight_count=count_weights(SIZES))
    rows = batches(rng)

    def step():
        batch = next(rows)
        inputs = np.multiply(images[batch], np.float32(1 / 255), dtype=np.float32)
        state = forward(network, inputs)
        _, error = cross_entropy(state.logits, labels[batch])
        backward(network, state, error, gradients=gradients)
        optimizer.update(slope, RATE)

    return rate(step, seconds), f"{ocr.__version__}, NumPy {np.__version__}"


def run_torch(seconds, *, fused=False):
    """Learn with PyTorch, one operation after the other, as most programs do."""
    import numpy as np
    import torch

    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    images, labels = (torch.from_numpy(array) for array in data())
    first, second, third = (torch.nn.Linear(*pair) for pair in pairwise(SIZES))
    network = torch.nn.Sequential(first, torch.nn.ReLU(), second, torch.nn.ReLU(), third)
    optimizer = torch.optim.Adam(network.parameters(), lr=RATE, **({"fused": True} if fused else {}))
    loss_of = torch.nn.CrossEntropyLoss()
    rows = batches(np.random.default_rng(1))

    def step():
        batch = torch.from_numpy(next(rows))
        loss = loss_of(network(images[batch].float().div_(255)), labels[batch])
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        loss.item()

    return rate(step, seconds), torch.__version__


def run_sklearn(seconds):
    """Learn with scikit-learn, an epoch at a time."""
    import numpy as np
    import sklearn
    from sklearn.neural_network import MLPClassifier

    warnings.filterwarnings("ignore")
    images, labels = data()
    inputs = images.astype(np.float32) / 255
    classifier = MLPClassifier(SIZES[1:-1], batch_size=BATCH, alpha=0, max_iter=1, warm_start=True)
    start, done = time.perf_counter(), 0
    while time.perf_counter() - start < seconds:
        classifier.fit(inputs, labels)
        done += COUNT
    return done / (time.perf_counter() - start), sklearn.__version__


def run_jax(seconds):
    """Learn with JAX, the whole step compiled."""
    import jax
    import jax.numpy as jnp
    import numpy as np

    images, labels = data()
    rng = np.random.default_rng(1)
    layers = [
        (rng.standard_normal(pair).astype("f") * np.float32(np.sqrt(2 / pair[0])), np.zeros(pair[1], "f"))
        for pair in pairwise(SIZES)
    ]

    def loss(layers, inputs, targets):
        *hidden, last = layers
        for weights, bias in hidden:
            inputs = jnp.maximum(inputs @ weights + bias, 0)
        logs = jax.nn.log_softmax(inputs @ last[0] + last[1])
        return -jnp.take_along_axis(logs, targets[:, None], 1).mean()

    @jax.jit
    def update(state, batch, targets):
        layers, means, squares, time_ = state
        slope = jax.grad(loss)(layers, batch.astype(jnp.float32) / 255, targets)
        time_ = time_ + 1
        means = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, means, slope)
        squares = jax.tree.map(lambda s, g: 0.999 * s + 0.001 * g * g, squares, slope)
        size = RATE * jnp.sqrt(1 - 0.999**time_) / (1 - 0.9**time_)
        layers = jax.tree.map(lambda w, m, s: w - size * m / (jnp.sqrt(s) + 1e-8), layers, means, squares)
        return layers, means, squares, time_

    def zeros():
        return jax.tree.map(jnp.zeros_like, layers)

    state = (jax.tree.map(jnp.asarray, layers), zeros(), zeros(), jnp.float32(0))
    rows = batches(rng)

    def step():
        nonlocal state
        batch = next(rows)
        state = update(state, images[batch], labels[batch])
        state[3].block_until_ready()

    return rate(step, seconds), jax.__version__


def run_peak(_seconds):
    """Floating-point operations a second of NumPy's float32 matrix product."""
    import numpy as np

    side = 2048
    rng = np.random.default_rng(0)
    first, second = (rng.random((side, side), dtype=np.float32) for _ in range(2))
    out, best = np.empty_like(first), np.inf
    for _ in range(8):
        start = time.perf_counter()
        np.matmul(first, second, out=out)
        best = min(best, time.perf_counter() - start)
    return 2 * side**3 / best, np.__version__


RUNS = {
    "peak": run_peak,
    "ocr": run_ocr,
    "torch": run_torch,
    "torch-fused": lambda seconds: run_torch(seconds, fused=True),
    "sklearn": run_sklearn,
    "jax": run_jax,
}


def in_process(name, options):
    """Run one in a process of its own; its rate and version, or why there is none."""
    python = sys.executable if name in ("peak", "ocr") else options.peers
    threads = {f"{library}_NUM_THREADS": str(options.threads) for library in ("OPENBLAS", "OMP", "MKL")}
    command = [python, __file__, "--child", name, "--seconds", str(options.seconds)]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **threads}, check=False)
    if done.returncode:
        return None, (done.stderr.strip().splitlines() or ["no message"])[-1]
    return json.loads(done.stdout.splitlines()[-1])


def table(best, versions, reasons):
    """Lines of Markdown: each one beside this project and the peak."""
    own, peak = best["ocr"], best["peak"]
    yield "| | samples/s | this project over it | % of the peak | an epoch of EMNIST, s | version |"
    yield "|---|---|---|---|---|---|"
    for name, title in NAMES.items():
        if name in best:
            speed = best[name]
            cells = (
                f"{speed:,.0f} | {own / speed:.2f} | {100 * speed * FLOP / peak:.0f} | {EPOCH / speed:.1f}"
            )
            yield f"| {title} | {cells} | {versions[name]} |"
        else:
            yield f"| {title} | skipped: {reasons[name]} | | | | |"


def main():
    """Measure in turns and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--peers", default=sys.executable, help="Python that has the peers")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3.0, help="for each, in each round")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--child", choices=RUNS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        sys.stdout.write(json.dumps(RUNS[options.child](options.seconds)) + "\n")
        return
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    best, versions, reasons = {}, {}, {}
    for _ in range(options.rounds):
        for name in [name for name in RUNS if name not in reasons]:
            speed, version = in_process(name, options)
            if speed is None:
                reasons[name] = version
            else:
                best[name], versions[name] = max(speed, best.get(name, 0.0)), version
    core = os.environ.get("OPENBLAS_CORETYPE", "unset")
    print(f"{options.threads} threads, {options.rounds} rounds, load before {load:.1f}; ", end="")
    print(f"OPENBLAS_CORETYPE {core}; ", end="")
    print(f"float32 matrix product {best['peak'] / 1e9:.0f} GFLOP/s\n")
    print("\n".join(table(best, versions, reasons)))


if __name__ == "__main__":
    main()
