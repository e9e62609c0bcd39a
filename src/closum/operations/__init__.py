"""What the product does, over any resource, as plain synchronous functions on a unit of work."""
