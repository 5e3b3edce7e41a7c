"""Measured frames to bytes. Computes nothing."""
