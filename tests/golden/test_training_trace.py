"""Twenty steps of training give the losses that they always gave."""

import numpy as np
from unit.classifier.drawn import data_of, shifted_letters

from ocr.training.batches import TrainingBatches
from ocr.training.settings import TrainingSettings
from ocr.training.trainer import train

# Whoever changes features, network, optimiser, schedule or augmentation on purpose writes new numbers here
# and trains the shipped models anew. Last time: features of the second order. The tolerance
# is for matrix products that sum in another order.
TRACE = [
    1.91161,
    1.53727,
    1.04503,
    0.84061,
    0.58171,
    0.63465,
    0.77928,
    0.66948,
    0.75328,
    0.70865,
    0.62442,
    0.85543,
    0.52920,
    0.65830,
    0.67575,
    0.65999,
    0.61235,
    0.68412,
    0.78640,
    0.64960,
]


def test_the_first_twenty_steps():
    data = data_of(*shifted_letters(80))
    # One batch an epoch: each loss of the log is that of one step. The settings that recipes are tried with
    # are named, so that another recipe does not hide that training itself has changed.
    settings = TrainingSettings(
        hidden=(32, 16), epochs=20, batch_size=512, validation=0.1, learning_rate=3e-3, dropout=0.35
    )
    trained = train(TrainingBatches.prepare(data, settings))
    np.testing.assert_allclose([epoch.loss for epoch in trained.log], TRACE, rtol=2e-3)
    assert TRACE[-1] < 0.6 * TRACE[0]
