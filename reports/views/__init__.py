"""The screens of a pilot."""
