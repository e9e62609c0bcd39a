"""Draws the plots of docs/benchmarks.md: run by `make bench` with the environment of the peers, which has matplotlib.

Each plot carries the digest of the results that it shows, so that a test can tell one that is out of date.
"""

import hashlib
import json
import statistics
import sys
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("svg")
mpl.rcParams |= {
    "svg.hashsalt": "closum",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 10,
}

from matplotlib import pyplot as plt  # noqa: E402

COLORS = {
    "closum": "#0b6e4f",
    "PocketBase": "#b3541e",
    "FastAPI + SQLAlchemy": "#4a6fa5",
    "Django REST framework": "#7a5195",
    "PocketBase, skipTotal": "#e0a458",
    "PocketBase, one bare e-mail": "#e0a458",
    "closum, group commit off": "#7fb99f",
    "baseline": "#888888",
}
SIZES = {25_025: "25 025", 250_000: "250 000", 1_000_000: "1 000 000", 10_000_000: "10 000 000"}


def main(results: str, folder: str) -> None:
    text = Path(results).read_bytes()
    rounds, target = json.loads(text)["rounds"], Path(folder)
    target.mkdir(exist_ok=True)
    metadata = {"Date": None, "Description": hashlib.sha256(text).hexdigest()}
    for name, draw in PLOTS.items():
        figure, axes = plt.subplots(figsize=(7.5, 3.8), layout="constrained")
        draw(axes, rounds)
        axes.spines[["top", "right"]].set_visible(False)
        figure.savefig(target / f"{name}.svg", metadata=metadata, facecolor="white")
        plt.close(figure)


def lists(axes: Any, rounds: Any) -> None:
    for name in list(COLORS)[:5]:
        points = [(size, _rate(rounds, f"page 1, {text} leads", name)) for size, text in SIZES.items()]
        known = [(size, rate) for size, rate in points if rate]
        axes.plot(*zip(*known, strict=True), marker="o", label=name, color=COLORS[name])
    axes.set(xscale="log", yscale="log", xlabel="leads in the account", ylabel="pages of 25 a second")
    axes.set_xticks(list(SIZES), list(SIZES.values()))
    axes.minorticks_off()
    axes.legend(frameon=False, fontsize=9, loc="center left", bbox_to_anchor=(1, 0.5))


def _bars(scenario: str, what: str) -> Any:
    def draw(axes: Any, rounds: Any) -> None:
        names = [name for name in COLORS if _rate(rounds, scenario, name)][::-1]
        rates = [_rate(rounds, scenario, name) for name in names]
        bars = axes.barh(names, rates, color=[COLORS[name] for name in names])
        axes.bar_label(bars, [f"{rate:,.0f}" for rate in rates], padding=4)
        axes.set(xlabel=what)
        axes.margins(x=0.15)

    return draw


def _rate(rounds: Any, scenario: str, name: str) -> float:
    found = [one["rate"] for one in rounds.get(scenario, {}).get(name, []) if isinstance(one, dict)]
    return statistics.median(found) if found else 0


PLOTS = {
    "lists": lists,
    "lead": _bars("lead by id", "leads by id a second, 32 connections"),
    "create": _bars("create, 32 connections", "leads with e-mail and phone created a second, 32 connections"),
}

if __name__ == "__main__":
    main(*sys.argv[1:])
