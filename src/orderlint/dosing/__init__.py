"""Dose arithmetic: units, timings, steps and courses. ``model`` is the door; ``course.plan`` the engine."""
