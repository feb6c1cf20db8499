"""Model catalogue, weights, roles and the backends that run them."""
