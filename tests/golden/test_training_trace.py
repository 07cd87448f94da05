"""Twenty steps of training give the losses that they always gave."""

import numpy as np
from unit.classifier.drawn import shifted_letters

from ocr.classifier.training import TrainingSettings, train

# Whoever changes features, network, optimiser, schedule or augmentation on purpose writes new numbers here
# and trains the shipped models anew. The tolerance is for matrix products that sum in another order.
TRACE = [
    2.02461,
    1.96587,
    1.30793,
    1.08884,
    0.83993,
    0.82550,
    0.68016,
    0.71712,
    0.63642,
    0.61407,
    0.53000,
    0.52555,
    0.58081,
    0.60260,
    0.50711,
    0.46743,
    0.57800,
    0.47975,
    0.43436,
    0.50247,
]


def test_the_first_twenty_steps():
    tiles, labels = shifted_letters(80)
    # One batch an epoch: each loss of the log is that of one step.
    settings = TrainingSettings(
        hidden=(32, 16), epochs=20, batch_size=512, validation=0.1, learning_rate=3e-3
    )
    trained = train(tiles, labels, classes=4, settings=settings)
    np.testing.assert_allclose([epoch.loss for epoch in trained.log], TRACE, rtol=2e-3)
    assert TRACE[-1] < 0.6 * TRACE[0]
