"""Benchmarks: they run the product over HTTP, side by side with what it is compared to."""
