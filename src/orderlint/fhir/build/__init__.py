"""From the resources of one run to records: references resolve here, and nowhere else.

``records.build`` is the door. Orders of drugs that no protocol names are counted, not read further.
"""
