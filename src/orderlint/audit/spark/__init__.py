"""An audit by Spark: the same scanner, sieve and kernel, run on the lines that Spark reads.

Everything that imports pyspark is in here; nothing imports this but ``--engine spark``.
"""
