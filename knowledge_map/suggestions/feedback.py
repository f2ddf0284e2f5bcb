"""What the answers teach: the weights of the channels."""

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

# Prior weights of the channels, in the order of CHANNELS: a need met counts double.
BETA = np.array([1.0, 1.0, 2.0, 1.0])
# Below, answers say more about chance than about channels.
ENOUGH_ANSWERS = 30
# How far the base rate of "yes" may be from one in two: a wide prior on the intercept.
INTERCEPT_VARIANCE = 25.0


def learn(channels: np.ndarray, agreed: np.ndarray) -> np.ndarray:
    """Weights of the channels (4) from n answers: Bayesian logistic regression, at its maximum a posteriori.

    `channels` (n x 4) are standardised values when the answer was given, `agreed` (n) is true for "intéressant" and
    "déjà en contact", false for "pas pour nous". The prior is N(BETA, 1) on each weight; a weight stays at least 0,
    for a reason that is shown never counts against. With fewer than ENOUGH_ANSWERS, BETA. Silence is not an answer.
    """
    if len(agreed) < ENOUGH_ANSWERS:
        return BETA
    signs = np.where(agreed, 1.0, -1.0)

    def loss(parameters):
        weights, intercept = parameters[:-1], parameters[-1]
        margins = signs * (channels @ weights + intercept)
        slopes = -signs * expit(-margins)
        value = np.logaddexp(0, -margins).sum() + ((weights - BETA) ** 2).sum() / 2
        gradient = np.append(channels.T @ slopes + weights - BETA, slopes.sum() + intercept / INTERCEPT_VARIANCE)
        return value + intercept**2 / (2 * INTERCEPT_VARIANCE), gradient

    bounds = [(0, None)] * len(BETA) + [(None, None)]
    return minimize(loss, np.append(BETA, 0.0), jac=True, method="L-BFGS-B", bounds=bounds).x[:-1]
