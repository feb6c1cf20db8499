"""Faces that speak: shapes of the mouth over time, and a portrait moved to take them."""
