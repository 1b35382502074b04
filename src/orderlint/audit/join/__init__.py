"""The second stage: the lines of one group of partitions, built and judged by the kernel of ``check``."""
