"""What the page of a ward says."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports import words


def head(total, scored, units):
    """Where one ward stands; `total` is its row of the totals, `scored` how many have a score."""
    if total["state"] != "reported":
        share = {"share": words.number(total["there"] * 100)}
        return (
            _("Too little is reported for a score: %(share)s %% of the points can be judged.")
            % share
        )
    said = {
        "points": words.points(total["points"]),
        "max": words.number(total["max"]),
        "rank": int(total["rank"]),
        "scored": scored,
        "units": units(scored),
    }
    if scored == 1:
        return _("%(points)s of %(max)s points; no other has a score.") % said
    return (
        _("%(points)s of %(max)s points, rank %(rank)s of the %(scored)s %(units)s with a score.")
        % said
    )


def themes(shares, names):
    """Strongest and weakest theme of a ward; `shares` is the share of points by theme."""
    there = shares.dropna()
    if len(there) < 2:
        return _("Too few themes have a score to compare them.")
    return _("Strongest in %(best)s, weakest in %(worst)s, by the share of the points.") % {
        "best": names[there.idxmax()],
        "worst": names[there.idxmin()],
    }


def posts(sums, scores, ward):
    """How many posts are filled, beside where the ward stands; nothing of one because of the other."""
    if sums is None or not sums.posts:
        return _("No posts are recorded.")
    said = {"filled": sums.filled, "posts": sums.posts, "vacant": sums.vacant}
    text = _("%(filled)s of %(posts)s posts filled, %(vacant)s vacant today.") % said
    rank = scores.totals["rank"].get(ward)
    if rank != rank:
        return text
    return text + " " + _("By points it ranks %(rank)s.") % {"rank": int(rank)}


def timeliness(returns, late):
    """How many of the last returns came in time; those from files say nothing of that."""
    timed = returns["late"].dropna()
    said = {"on_time": int((timed == 0).sum()), "timed": len(timed), "late": late}
    text = _("No return has been timed yet.")
    if len(timed):
        text = _("%(on_time)s of the last %(timed)s returns came in time.") % said
    if not late:
        return text
    more = ngettext("%(late)s return is late today.", "%(late)s returns are late today.", late)
    return text + " " + more % said


def plan(standings):
    """How many of the ward's milestones are done, and how many wait."""
    if not standings:
        return _("It has no milestones of its own.")
    said = {
        "done": sum(bool(each.done) for each in standings),
        "all": len(standings),
        "overdue": sum(each.state == "overdue" for each in standings),
    }
    return _("%(done)s of %(all)s milestones done, %(overdue)s overdue.") % said


def effect(reported, due, units):
    """What the district's figures rest on now, before this return."""
    counts = {"reported": words.number(reported), "due": words.number(due), "units": units(due)}
    return _("Now %(reported)s of %(due)s %(units)s have an approved return.") % counts
