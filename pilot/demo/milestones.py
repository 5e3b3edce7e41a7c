"""The milestones of the reference file with their log; a ward's own only where it takes part."""

from pilot.models import Milestone, Progress

from .drawing import dated, keep, moment, read


def build(pilot, units, reviewer, history):
    themes = {theme.code: theme for theme in pilot.themes.all()}
    by_code = {unit.ward.code: unit for unit in units}
    kept, progress = [], []
    for line in read("nam-tu-liem-milestones.toml")["milestones"]:
        unit = by_code.get(line.get("ward"))
        if "ward" in line and unit is None:
            continue
        fields = {key: line[key] for key in line.keys() - {"date_known", "progress"}}
        fields |= {"theme": themes[line["theme"]], "ward": unit and unit.ward}
        milestone = Milestone(pilot=pilot, **fields)
        kept.append(dated(milestone, moment(milestone.start, 8)))
        author = unit.enters if unit else reviewer
        progress += [_progress(milestone, author, **entry) for entry in _log(line)]
    keep(Milestone, kept, history)
    keep(Progress, progress, history)


def _log(line):
    end = [{"on": line["done"], "percent": 100}] if "done" in line else []
    return line.get("progress", []) + end


def _progress(milestone, author, on, percent, note_vi=""):
    entry = Progress(milestone=milestone, day=on, percent=percent, note=note_vi, author=author)
    return dated(entry, moment(on, 16), author)
