"""What the engines cost, beside what a user would do today: `python -m benchmarks`. Not part of the package."""
