"""The words of rules for whoever builds order sets, instead of for whoever writes orders."""

from __future__ import annotations

from orderlint.findings import Finding, Result
from orderlint.protocols.model import ProtocolSet


def for_engineers(protocols: ProtocolSet) -> ProtocolSet:
    """The same rules with the advice for engineers, where there is one."""
    rules = {name: r._replace(advice=r.advice_engineer or r.advice) for name, r in protocols.rules.items()}
    instances = tuple(
        i._replace(advice=protocols.rules[i.rule].advice_engineer or i.advice) for i in protocols.instances
    )
    return protocols._replace(rules=rules, instances=instances)


def naming_elements(result: Result) -> Result:
    """Messages that begin with the element they are about: an engineer looks for it by its path."""
    findings, suppressed = (tuple(map(_named, fs)) for fs in (result.findings, result.suppressed))
    return result._replace(findings=findings, suppressed=suppressed)


def _named(finding: Finding) -> Finding:
    element = finding.expression or finding.place.pointer
    return finding._replace(message=f"{element}: {finding.message}") if element else finding
