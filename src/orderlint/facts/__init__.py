"""Facts of a patient on a day, worked out from a record: age, kidney function, reasons, diagnoses.

Pure functions of a Record; each answer is an interval (certain, or an interval that says how far it
is known) with the resource it came from.
"""
