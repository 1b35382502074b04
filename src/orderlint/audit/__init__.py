"""Auditing a bulk export: bytes are searched first, and only what a rule may need is parsed and joined.

``run.audit`` is the door. The verdicts are those of ``check``: same builder, same kernel, no rule of its own.
"""
