"""HTTP: the way of a request from the edge to its answer."""
