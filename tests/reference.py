"""What every number means, once more: slow, plain, exact. Loops over dicts, Fractions, no pandas.

It is written from the design and from nothing in `reports`, to be held against it. A pilot is a dict
of plain lists and dicts, see `pilots.random_pilot`. None stands where there is no number. Ward 0 is
the district.
"""

from fractions import Fraction
from math import sqrt
from statistics import NormalDist

ORDER = ["reported", "missing", "not_available", "not_applicable", "not_due"]


def state(pilot, ward, indicator, period):
    """One of the five states, or None where nothing is asked for."""
    if period["kind"] != indicator["frequency"]:
        return None
    if (ward == 0) != (indicator["level"] == "district"):
        return None
    value = pilot["values"].get((ward, indicator["indicator"], period["period"]))
    if value:
        return value[0]
    return "missing" if period["due"] < pilot["today"] else "not_due"


def span(pilot, start, end, else_last=True):
    """The periods inside; of a kind that has none inside, the last that had ended."""
    chosen = []
    for kind in {each["kind"] for each in pilot["periods"]}:
        ended = [each for each in pilot["periods"] if each["kind"] == kind and each["end"] <= end]
        inside = [each for each in ended if each["start"] >= start]
        chosen += inside or (ended[-1:] if else_last else [])
    return [each for each in pilot["periods"] if each in chosen]


def adds_up(indicator):
    return indicator["over_time"] == "flow" and indicator["kind"] != "score"


def rate(numerator, denominator):
    return None if not denominator or numerator is None else Fraction(numerator) / denominator


def cells(pilot, periods):
    """(ward, indicator) -> what is known of it over the periods."""
    found = {}
    for ward in [0, *pilot["wards"]]:
        for indicator in pilot["indicators"]:
            asked = [each for each in periods if state(pilot, ward, indicator, each)]
            if asked:
                found[ward, indicator["indicator"]] = cell(pilot, ward, indicator, asked)
    return found


def cell(pilot, ward, indicator, asked):
    states = [state(pilot, ward, indicator, each) for each in asked]
    figures = [
        pilot["values"][ward, indicator["indicator"], period["period"]][1:]
        for period, its in zip(asked, states, strict=True)
        if its == "reported"
    ]
    counted = figures if adds_up(indicator) else figures[-1:]
    ratio = indicator["kind"] == "ratio"
    numerator = sum(each[0] for each in counted) if counted else None
    denominator = sum(each[1] for each in counted) if counted and ratio else None
    value = rate(numerator, denominator) if ratio else numerator
    per_period = value
    if value is not None and adds_up(indicator) and not ratio:
        per_period = Fraction(value) / len(figures)
    return {
        "state": min(states, key=ORDER.index),
        "numerator": numerator,
        "denominator": denominator,
        "value": value,
        "per_period": per_period,
        "periods": len(asked),
        "due": sum(each in ("reported", "missing", "not_available") for each in states),
        "reported": len(figures),
        "last": asked[-1]["period"],
        "small": ratio
        and denominator is not None
        and denominator < indicator["smallest_denominator"],
    }


def totals(pilot, found):
    """indicator -> the district's figure, from its cells."""
    result = {}
    for indicator in pilot["indicators"]:
        own = [each for (_w, i), each in found.items() if i == indicator["indicator"]]
        numerators = [each["numerator"] for each in own if each["numerator"] is not None]
        denominators = [each["denominator"] for each in own if each["denominator"] is not None]
        numerator = sum(numerators) if numerators else None
        denominator = sum(denominators) if denominators else None
        reported = sum(each["reported"] for each in own)
        wards = sum(each["reported"] > 0 for each in own)
        kind = indicator["kind"]
        if kind == "ratio":
            value = per_cell = rate(numerator, denominator)
        elif numerator is None:
            value = per_cell = None
        elif kind == "score":
            value = per_cell = Fraction(numerator) / wards
        else:
            value = numerator
            per_cell = Fraction(numerator) / (reported if adds_up(indicator) else wards)
        result[indicator["indicator"]] = {
            "numerator": numerator,
            "denominator": denominator,
            "value": value,
            "per_cell": per_cell,
            "reported": reported,
            "due": sum(each["due"] for each in own),
            "wards_reported": wards,
            "wards_due": sum(each["due"] > 0 for each in own),
            "state": min((each["state"] for each in own), key=ORDER.index, default="not_due"),
            "small": kind == "ratio"
            and denominator is not None
            and denominator < indicator["smallest_denominator"],
        }
    return result


def shortfall(indicator, value):
    """How far a value lies on the wrong side; smaller is better."""
    if value is None:
        return None
    if indicator["direction"] == "band":
        return max(0, indicator["best"] - value, value - indicator["best_high"])
    return value if indicator["direction"] == "lower" else -value


def better(indicator, before, after):
    before, after = shortfall(indicator, before), shortfall(indicator, after)
    if before is None or after is None:
        return None
    return (after < before) - (after > before)


def target(pilot, indicator, day, ward=0):
    """A ward's own target before the one for all; of several the last in force."""
    for owner in dict.fromkeys([ward, 0]):
        rows = [
            each
            for each in pilot["targets"]
            if each["indicator"] == indicator and each["ward"] == owner and each["since"] <= day
        ]
        if rows:
            return max(rows, key=lambda each: each["since"])["target"]
    return None


def overview(pilot, start, end):
    """indicator -> target, baseline, change, better and reached of the district's figure."""
    now = totals(pilot, cells(pilot, span(pilot, start, end)))
    then = totals(pilot, cells(pilot, span(pilot, *pilot["baseline"], else_last=False)))
    result = {}
    for indicator in pilot["indicators"]:
        i = indicator["indicator"]
        aim = target(pilot, i, end)
        per, was = now[i]["per_cell"], then[i]["per_cell"]
        scale = 1
        if indicator["kind"] not in ("ratio", "score"):
            flow = adds_up(indicator)
            scale = now[i]["reported"] if flow else now[i]["wards_reported"]
            scale = scale or (now[i]["due"] if flow else now[i]["wards_due"])
        reached = None
        if aim is not None and per is not None:
            reached = int(shortfall(indicator, per) <= shortfall(indicator, aim))
        result[i] = {
            "target": None if aim is None else aim * scale,
            "baseline": None if was is None else was * scale,
            "change": None if was is None or per is None else (per - was) * scale,
            "better": better(indicator, was, per),
            "reached": reached,
        }
    return result


# Scores ------------------------------------------------------------------------------------------


def points(indicator, cell):
    """Points of one cell, rounded half up to hundredths; None where it has none."""
    if cell["state"] != "reported" or indicator["points"] is None:
        return None
    most = Fraction(indicator["points"])
    if indicator["kind"] == "score":
        return cell["numerator"]
    if indicator["kind"] == "ratio" and cell["denominator"] == 0:
        return {"full": most, "none": Fraction(0), "left_out": None}[indicator["nothing_due"]]
    value, worst, best = cell["per_period"], indicator["worst"], indicator["best"]
    share = min(max(Fraction(value - worst) / (best - worst), 0), 1)
    if indicator["worst_high"] is not None:
        high, worst_high = indicator["best_high"], indicator["worst_high"]
        share = min(share, min(max(Fraction(value - worst_high) / (high - worst_high), 0), 1))
    return Fraction(int(most * share * 100 + Fraction(1, 2)), 100)


def mean(pairs, least):
    """The mean of (share, weight), missing ones shared out; None under the least weight."""
    there = [(share, weight) for share, weight in pairs if share is not None]
    weight = sum(weight for _share, weight in there)
    whole = sum(weight for _share, weight in pairs)
    if not weight or Fraction(weight) / whole < least:
        return None
    return sum(Fraction(share) * weight for share, weight in there) / weight


def scores(pilot, found):
    """(points by (ward, indicator), themes by (ward, theme), totals and ranks by ward).

    Of a theme its points, and the share of its weight that is there.
    """
    scored = [
        each
        for each in pilot["indicators"]
        if each["points"] is not None and each["level"] == "ward"
    ]
    of = {}
    for ward in pilot["wards"]:
        for indicator in scored:
            cell = found.get((ward, indicator["indicator"]))
            of[ward, indicator["indicator"]] = points(indicator, cell) if cell else None
    themes, totals = {}, {}
    for ward in pilot["wards"]:
        shares = []
        for theme in dict.fromkeys(each["theme"] for each in scored):
            result, most, there = theme_points(pilot, scored, of, ward, theme)
            themes[ward, theme] = result, there
            shares.append((None if result is None else result / most, most))
        whole = sum(most for _share, most in shares)
        share = mean(shares, pilot["minimum_weight"])
        totals[ward] = None if share is None else share * whole
    there = [each for each in totals.values() if each is not None]
    ranks = {
        ward: None if each is None else 1 + sum(other > each for other in there)
        for ward, each in totals.items()
    }
    return of, themes, totals, ranks


def theme_points(pilot, scored, of, ward, theme):
    """A theme's points and its most; the published score of the whole goes before the parts."""
    parts = [each for each in scored if each["theme"] == theme and not each["whole_theme"]]
    most = sum(Fraction(each["points"]) for each in parts)
    pairs = [
        (
            None
            if of[ward, each["indicator"]] is None
            else Fraction(of[ward, each["indicator"]]) / Fraction(each["points"]),
            Fraction(each["points"]),
        )
        for each in parts
    ]
    share = mean(pairs, pilot["minimum_weight"]) if parts else None
    weight = sum(weight for part, weight in pairs if part is not None)
    there = weight / most if most else Fraction(0)
    result = None if share is None else share * most
    for whole in [each for each in scored if each["theme"] == theme and each["whole_theme"]]:
        most = Fraction(whole["points"])
        published = of[ward, whole["indicator"]]
        if published is not None:
            result, there = Fraction(published), Fraction(1)
    return result, most, there


# Before and after --------------------------------------------------------------------------------


def before_after(pilot, start, end):
    """(indicator, ward) -> before, after, change, low, high, n_before, n_after, method, better."""
    windows = [
        cells(pilot, span(pilot, *days, else_last=False))
        for days in (pilot["baseline"], (start, end))
    ]
    pooled = [totals(pilot, each) for each in windows]
    result = {}
    for indicator in pilot["indicators"]:
        i = indicator["indicator"]
        for ward in [0, *(pilot["wards"] if indicator["level"] == "ward" else [])]:
            sides = []
            for window, all_of_them in zip(windows, pooled, strict=True):
                if ward or indicator["level"] == "district":
                    own = window.get((ward, i)) or {"reported": 0}
                    sides.append({**own, "figure": own.get("per_period")})
                else:
                    sides.append({**all_of_them[i], "figure": all_of_them[i]["per_cell"]})
            result[i, ward] = compared(pilot, indicator, *sides)
    return result


def compared(pilot, indicator, before, after):
    was, now = before["figure"], after["figure"]
    low = high = None
    method = "none"
    if adds_up(indicator) and of_cases(pilot, indicator) and was is not None and now is not None:
        if indicator["kind"] == "ratio" and was <= 1 and now <= 1:
            low, high = newcombe(was, before["denominator"], now, after["denominator"])
            method = "newcombe"
        if indicator["kind"] == "count" and was > 0:
            method = "exact"
    return {
        "before": was,
        "after": now,
        "change": None if was is None or now is None else now - was,
        "low": low,
        "high": high,
        "method": method,
        "n_before": before["reported"],
        "n_after": after["reported"],
        "better": better(indicator, was, now),
    }


def of_cases(pilot, indicator):
    return all(
        number is None or Fraction(number).denominator == 1
        for (_w, i, _p), value in pilot["values"].items()
        if i == indicator["indicator"]
        for number in value[1:]
    )


def wilson(share, of):
    z = NormalDist().inv_cdf(0.975)
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return middle - half, middle + half


def newcombe(was, of_was, now, of_now):
    was, now, of_was, of_now = map(float, (was, now, of_was, of_now))
    (low0, high0), (low1, high1) = wilson(was, of_was), wilson(now, of_now)
    return (
        now - was - sqrt((now - low1) ** 2 + (high0 - was) ** 2),
        now - was + sqrt((high1 - now) ** 2 + (was - low0) ** 2),
    )
