"""`make bench`: what each screen costs, printed as numbers and ratios of one run.

A timing never decides a test; what misses its aim is printed, and the run goes on.
"""
