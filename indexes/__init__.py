"""Moments, intervals and the Qdrant engines that find them."""
