"""What figures can and cannot tell: intervals, effects, ranks, flags, forecasts. Pure numpy and pandas.

scipy and statsmodels are imported inside the functions that use them, so that the pages of entry
and the worker's start do not pay for them.
"""

from . import effect, flags, forecast, index, intervals

__all__ = ["effect", "flags", "forecast", "index", "intervals"]
