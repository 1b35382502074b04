"""Reports: one file a format, all of the same ``Result``. A report decides nothing.

``formats`` is the catalogue and the door: ``parse_outputs`` reads ``--format``, ``write`` writes.
"""
