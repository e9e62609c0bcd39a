"""What is measured side by side: each product with its data, its calls, and how its answers read."""
