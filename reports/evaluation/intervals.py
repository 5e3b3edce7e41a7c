"""Intervals of rates, of their difference and of the ratio of two counts.

Arrays, Series or scalars alike; every answer is a pair of float arrays (low, high), NaN where the
figures allow no interval. The formulas are those of statsmodels.

Shares of cases are whole numbers of cases out of a whole number: where a numerator lies above its
denominator (105 % of a plan) or either has decimals (money), there is no binomial to speak of, and
so no interval.
"""

import numpy as np
import pandas as pd


def wilson(numerator, denominator, level=0.95):
    """Wilson's score interval of a rate, as shares from 0 to 1.

    Source: Wilson (1927), JASA 22, 209-212; `statsmodels...proportion_confint`.
    """
    from statsmodels.stats.proportion import proportion_confint

    cases, of = _floats(numerator, denominator)
    fit = _binomial(cases, of)
    # Where there is none, one of one stands in, so that no warning is raised.
    cases, of = np.where(fit, cases, 1.0), np.where(fit, of, 1.0)
    low, high = proportion_confint(cases, of, alpha=1 - level, method="wilson")
    return _where(fit, low, high)


def newcombe(n1, d1, n0, d0, level=0.95):
    """Newcombe's hybrid score interval of n1/d1 - n0/d0, two independent rates; -1 to 1.

    Source: Newcombe (1998), Statistics in Medicine 17, 873-890, method 10;
    `statsmodels...confint_proportions_2indep`.
    """
    from statsmodels.stats.proportion import confint_proportions_2indep

    n1, d1, n0, d0 = _floats(n1, d1, n0, d0)
    fit = _binomial(n1, d1) & _binomial(n0, d0)
    n1, d1, n0, d0 = (np.where(fit, each, 1.0) for each in (n1, d1, n0, d0))
    low, high = confint_proportions_2indep(
        n1, d1, n0, d0, method="newcomb", compare="diff", alpha=1 - level
    )
    return _where(fit, low, high)


def count_ratio(n1, t1, n0, t0, level=0.95):
    """The exact interval of (n1/t1) / (n0/t0), two counts of events over exposures t1 and t0.

    Given their sum, n1 is binomial with the share r t1 / (r t1 + t0), r being the ratio, so the
    exact (Clopper-Pearson) interval of that share gives that of r. Infinite at the top where n0 is
    0; NaN where both counts are 0 or an exposure is. The events are taken as independent of each
    other; where they come in clusters the truth is less certain than this.
    Source: Przyborowski and Wilenski (1940), Biometrika 31, 313-323; `proportion_confint("beta")`.
    """
    from statsmodels.stats.proportion import proportion_confint

    n1, t1, n0, t0 = _floats(n1, t1, n0, t0)
    with np.errstate(invalid="ignore"):
        fit = _whole(n1) & _whole(n0) & (n1 + n0 > 0) & (t1 > 0) & (t0 > 0)
    n1, t1, n0, t0 = (np.where(fit, each, 1.0) for each in (n1, t1, n0, t0))
    low, high = proportion_confint(n1, n1 + n0, alpha=1 - level, method="beta")
    with np.errstate(divide="ignore"):
        low, high = (each / (1 - each) * t0 / t1 for each in (np.asarray(low), np.asarray(high)))
    return _where(fit, low, high)


def of_cases(frames):
    """Whether an indicator counts cases: a boolean Series by indicator.

    As soon as one ward once reports decimals, what is reported is money or the like, also where
    another ward's sum happens to be round.
    """
    values = frames.values
    numbers = values[["numerator", "denominator"]].to_numpy("float64")
    broken = (np.isfinite(numbers) & (numbers != np.floor(numbers))).any(axis=1)
    index = frames.indicators.index
    return pd.Series(~index.isin(values["indicator"].to_numpy()[broken]), index)


def _floats(*numbers):
    return np.broadcast_arrays(*(np.asarray(each, "float64") for each in numbers))


def _whole(numbers):
    """Whole numbers from 0: what can be a number of cases."""
    with np.errstate(invalid="ignore"):
        return np.isfinite(numbers) & (numbers >= 0) & (numbers == np.floor(numbers))


def _binomial(cases, of):
    with np.errstate(invalid="ignore"):
        return _whole(cases) & _whole(of) & (of > 0) & (cases <= of)


def _where(fit, low, high):
    return tuple(np.where(fit, np.asarray(each, "float64"), np.nan) for each in (low, high))
