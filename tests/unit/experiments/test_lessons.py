"""The worked numbers of the lessons, computed a second time by plain arithmetic."""

import math

import numpy as np
import pytest

from ocr.classifier.network import predict_logits
from ocr.errors import DivergedError, SettingError
from ocr.experiments.lessons.backprop import NAMES, PARAMETERS, backprop_lesson, forward_pass, gradient
from ocr.experiments.lessons.cross_entropy import unit_descent
from ocr.experiments.lessons.deep_linear import collapsed, deep_network
from ocr.experiments.lessons.descent import descend_epochs
from ocr.experiments.lessons.drawn_samples import drawn_digits
from ocr.experiments.lessons.lesson_list import LESSONS, work_out_lesson
from ocr.experiments.lessons.lesson_parts import Chart, Table
from ocr.experiments.lessons.logistic import descend
from ocr.experiments.lessons.softmax import central_differences, jacobian
from ocr.experiments.lessons.vanishing import Chain, gradient_exponents
from ocr.experiments.lessons.zeros import distinct_units, learn

EXACT = {"rel": 1e-10, "abs": 1e-12}


def sigma(x):
    return 1 / (1 + math.exp(-x))


def tables_of(lesson):
    return [part for section in lesson.sections for part in section.parts if isinstance(part, Table)]


def test_logistic_by_plain_arithmetic():
    """Two samples 1 and 3 of the classes 1 and 2, rate 1: each number to ten digits."""
    w1 = w2 = b1 = b2 = 0.0
    for found in descend(rate=1.0, steps=5):
        z = [(w1 * x + b1, w2 * x + b2) for x in (1.0, 3.0)]
        p = [
            (math.exp(a) / (math.exp(a) + math.exp(b)), math.exp(b) / (math.exp(a) + math.exp(b)))
            for a, b in z
        ]
        dz = [((p[0][0] - 1) / 2, p[0][1] / 2), (p[1][0] / 2, (p[1][1] - 1) / 2)]
        dw = [1.0 * dz[0][k] + 3.0 * dz[1][k] for k in range(2)]
        db = [dz[0][k] + dz[1][k] for k in range(2)]
        loss = -(math.log(p[0][0]) + math.log(p[1][1])) / 2
        for name, expected in (("z", z), ("p", p), ("dz", dz), ("dw", [dw]), ("db", db)):
            assert getattr(found, name) == pytest.approx(np.array(expected), **EXACT)
        assert found.loss == pytest.approx(loss, **EXACT)
        w1, w2, b1, b2 = w1 - dw[0], w2 - dw[1], b1 - db[0], b2 - db[1]


def test_logistic_has_the_numbers_of_the_course():
    first, second = descend(rate=1.0, steps=1)
    assert (first.z[0].tolist(), first.p[0].tolist(), abs(first.dz[0, 0])) == ([0, 0], [0.5, 0.5], 0.25)
    assert second.z[0].tolist() == [-0.5, 0.5]
    assert second.p[0].round(5).tolist() == [0.26894, 0.73106]
    assert abs(second.dz[0]).round(5).tolist() == [0.36553, 0.36553]


def test_backprop_by_plain_arithmetic():
    """Every sum, output and derivative of the 2-2-2 net to ten digits."""
    h1, h2 = sigma(0.15 * 0.05 + 0.20 * 0.10 + 0.35), sigma(0.25 * 0.05 + 0.30 * 0.10 + 0.35)
    net1, net2 = 0.40 * h1 + 0.45 * h2 + 0.60, 0.50 * h1 + 0.55 * h2 + 0.60
    o1, o2 = sigma(net1), sigma(net2)
    loss = -(0.01 * math.log(o1) + 0.99 * math.log(1 - o1) + 0.99 * math.log(o2) + 0.01 * math.log(1 - o2))
    found = forward_pass(PARAMETERS)
    assert found.hidden_net == pytest.approx([0.3775, 0.3925], **EXACT)
    assert found.hidden_out == pytest.approx([h1, h2], **EXACT)
    assert found.net == pytest.approx([net1, net2], **EXACT)
    assert found.out == pytest.approx([o1, o2], **EXACT)
    assert found.loss == pytest.approx(loss, **EXACT)
    # By the chain rule, factor by factor, without the short form out - target.
    e1 = (-0.01 / o1 + 0.99 / (1 - o1)) * o1 * (1 - o1)
    e2 = (-0.99 / o2 + 0.01 / (1 - o2)) * o2 * (1 - o2)
    d1, d2 = (e1 * 0.40 + e2 * 0.50) * h1 * (1 - h1), (e1 * 0.45 + e2 * 0.55) * h2 * (1 - h2)
    expected = [
        d1 * 0.05,
        d1 * 0.10,
        d2 * 0.05,
        d2 * 0.10,
        e1 * h1,
        e1 * h2,
        e2 * h1,
        e2 * h2,
        d1,
        d2,
        e1,
        e2,
    ]
    assert len(NAMES) == len(expected) == 12
    assert gradient(PARAMETERS) == pytest.approx(expected, **EXACT)


def test_a_step_of_backprop_lowers_the_loss_and_the_slips_are_named():
    lesson = backprop_lesson(rate=0.5)
    assert forward_pass(PARAMETERS - 0.5 * gradient(PARAMETERS)).loss < forward_pass(PARAMETERS).loss
    words = " ".join(part for part in lesson.sections[-1].parts if isinstance(part, str))
    assert "3.08040" in words
    assert "0.3925" in words
    assert "0.3900" in words


def test_the_jacobian_of_the_softmax():
    z = np.array([1.0, 2.0, 3.0])
    p = np.exp(z) / np.exp(z).sum()
    expected = [[p[i] * ((i == j) - p[j]) for j in range(3)] for i in range(3)]
    np.testing.assert_allclose(jacobian(z), expected, rtol=1e-12)
    numeric = central_differences(lambda at: np.exp(at) / np.exp(at).sum(), z)
    np.testing.assert_allclose(jacobian(z), numeric, atol=1e-9)


def test_softmax_shows_the_overflow_and_the_limit():
    by_shift, _, _, by_temperature = tables_of(work_out_lesson("softmax", {}))[1:]
    assert [row[3] for row in by_shift.rows] == ["nan"] * 3
    assert [row[4] for row in by_shift.rows] == [row[1] for row in by_shift.rows]
    assert by_temperature.rows[-1] == ("infinity", "0.00000", "0.00000", "1.00000")


def test_equal_logits_are_all_the_largest():
    assert tables_of(work_out_lesson("softmax", {"logits": (2.0, 2.0)}))[-1].rows[-1][1:] == (
        "0.50000",
        "0.50000",
    )


def test_the_squared_error_waits_on_the_plateau():
    cross, squared = unit_descent("cross-entropy"), unit_descent("squared")
    assert cross[0] == squared[0] == pytest.approx(sigma(4))
    assert cross[50] < 0.1
    assert squared[50] > 0.97


def test_a_deep_linear_network_is_one_matrix():
    network = deep_network(3)
    product = collapsed(network)
    np.testing.assert_allclose(
        product.weights,
        network[0].weights @ network[1].weights @ network[2].weights @ network[3].weights,
        atol=1e-12,
    )
    x = np.random.default_rng(0).normal(size=(50, 4))
    deep = predict_logits(network, x, activation="identity")
    np.testing.assert_allclose(deep, x @ product.weights + product.bias, atol=1e-12)


@pytest.mark.parametrize(("scheme", "units"), [("zeros", 1), ("glorot", 8)])
def test_zeros_stay_symmetric(scheme, units):
    inputs, labels = drawn_digits("train", count=200)
    course = learn(inputs, labels, activation="sigmoid", scheme=scheme, seed=1, steps=30)
    assert distinct_units(course.weights) == units


def test_the_gradient_of_a_short_chain_is_that_of_differences():
    def output(z):
        a = 1 / (1 + np.exp(-z))
        for _ in range(3):
            a = 1 / (1 + np.exp(-2.0 * a))
        return a

    slope = float(central_differences(output, np.array([1.0]))[0, 0])
    assert 10 ** gradient_exponents(Chain("sigmoid", 2.0), 4)[0] == pytest.approx(slope, rel=1e-6)


def test_depths_beyond_all_floats_and_dead_chains_have_numbers():
    best = gradient_exponents(Chain("sigmoid", 1.0, -0.5), 2000)
    assert best[0] == pytest.approx(2000 * math.log10(0.25))
    assert gradient_exponents(Chain("relu", 4.0), 153)[0] == pytest.approx(152 * math.log10(4))
    assert np.isneginf(gradient_exponents(Chain("relu", -1.0), 9)).all()


def test_small_rates_descend_and_large_ones_oscillate():
    rows = tables_of(work_out_lesson("descent", {"rates": (0.5, 0.05)}))[0].rows
    assert int(rows[0][1]) > 20
    assert int(rows[1][1]) == 0


def test_a_descent_of_one_sample_a_step_takes_all():
    inputs, labels = np.eye(4), np.array([0, 1, 0, 1])
    single = descend_epochs(inputs, labels, rate=0.5, batch=1, epochs=3)
    assert single.losses.shape == single.seconds.shape == (4,)
    assert (np.diff(single.losses) < 0).all()


@pytest.mark.parametrize("name", LESSONS)
def test_every_lesson_is_complete(name):
    lesson = work_out_lesson(name, {})
    assert lesson.name == name
    for found in tables_of(lesson):
        assert {len(row) for row in found.rows} == {len(found.head)}
    charts = [part for section in lesson.sections for part in section.parts if isinstance(part, Chart)]
    assert all(np.isfinite([*one.x, *one.y]).all() for chart in charts for one in chart.series)


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("rope", {}, "expected one of softmax"),
        ("softmax", {"rate": 1.0}, "expected --logits"),
        ("zeros", {"rate": 1.0}, "expected --seed"),
        ("cross-entropy", {"seed": 1}, "expected none"),
        ("softmax", {"logits": (1.0,)}, "2 to 10 numbers"),
        ("softmax", {"logits": (1.0, float("nan"))}, "2 to 10 numbers"),
        ("logistic", {"rate": -1.0}, "above 0"),
        ("logistic", {"steps": 0}, "steps"),
        ("backprop", {"rate": 0.0}, "above 0"),
        ("vanishing", {"depth": 1}, "2 .. 10000"),
        ("descent", {"rates": (0.0,)}, "above 0"),
    ],
)
def test_bad_options_are_refused(name, options, words):
    with pytest.raises(SettingError, match=words):
        work_out_lesson(name, options)


@pytest.mark.parametrize(
    ("name", "options"),
    [("logistic", {"rate": 1e308}), ("backprop", {"rate": 1e308}), ("descent", {"rates": (1e10,)})],
)
def test_rates_that_diverge_are_reported(name, options):
    with pytest.raises(DivergedError, match="choose"):
        work_out_lesson(name, options)
