"""Twenty steps of training give the losses that they always gave."""

import numpy as np
from unit.classifier.drawn import shifted_letters

from ocr.classifier.training import TrainingSettings, train

# Whoever changes features, network, optimiser, schedule or augmentation on purpose writes new numbers here
# and trains the shipped models anew. Last time: gentler distortions, which all steps show, and a warm-up that
# starts at a tenth of the rate, from step 2. The tolerance is for matrix products that sum in another order.
TRACE = [
    2.13279,
    1.99834,
    1.40279,
    1.08619,
    1.01180,
    0.90714,
    0.83852,
    0.76209,
    0.73399,
    0.70212,
    0.69433,
    0.69169,
    0.71286,
    0.72769,
    0.66083,
    0.61552,
    0.62263,
    0.71947,
    0.52632,
    0.61784,
]


def test_the_first_twenty_steps():
    tiles, labels = shifted_letters(80)
    # One batch an epoch: each loss of the log is that of one step. The settings that recipes are tried with
    # are named, so that another recipe does not hide that training itself has changed.
    settings = TrainingSettings(
        hidden=(32, 16), epochs=20, batch_size=512, validation=0.1, learning_rate=3e-3, dropout=0.35
    )
    trained = train(tiles, labels, classes=4, settings=settings)
    np.testing.assert_allclose([epoch.loss for epoch in trained.log], TRACE, rtol=2e-3)
    assert TRACE[-1] < 0.6 * TRACE[0]
