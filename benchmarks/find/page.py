"""The parts of docs/benchmarks.md that come from the figures in benchmarks/results/find.json."""

from pathlib import Path

RESULTS = Path(__file__).parents[1] / "results" / "find.json"
