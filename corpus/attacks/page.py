"""The attack collection and how it went, as the page `docs/attacks.md`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from corpus.attacks.attack import Attack

Outcomes = Mapping[str, Mapping[str, Mapping[str, object]]]

HEAD = """\
# The attacks

Every attack of `corpus/attacks/collection`, let loose on a grader that imports the submission into
its own process, as most do, and on this one. An attack succeeds when it leaves evidence: a point
that was not earned, a file where nothing may be written, a byte at a listener, a process that lives
on, no grade at all. The page is made by

```console
$ .venv/bin/python -m quality.attacks --document docs/attacks.md
```

| attacks that succeed | attacks | {modes} |
|---|--:|{rule}|
{rows}

[SECURITY.md](../SECURITY.md) says what stands in their way, and what remains.
"""
FAMILY = """
## {family}

| attack | what it tries | success would be | plain pytest | here it ends as |
|---|---|---|---|---|
{rows}
"""

MODES = {
    "plain": "plain pytest",
    "root": "root, namespaces",
    "root-none": "root, without",
    "user": "user, namespaces",
    "user-none": "user, without",
}


def document(attacks: Sequence[Attack], modes: Mapping[str, str], found: Outcomes) -> str:
    """The page. `modes` names those in `found`; the first is the plain grader."""
    plain, *ours = found
    families = list(dict.fromkeys(attack.family for attack in attacks))
    rows = [
        _row(family, [attack for attack in attacks if attack.family == family], found)
        for family in families
    ]
    page = HEAD.format(
        modes=" | ".join(modes[mode] for mode in found),
        rule="|".join("--:" for _ in found),
        rows="\n".join([*rows, _row("**all**", attacks, found)]),
    )
    for family in families:
        told = [
            f"| {_cell(attack.name)} | {_cell(attack.tries)} | {attack.evidence} "
            f"| {'succeeds' if found[plain][attack.name]['evidence'] else 'fails'} "
            f"| {', '.join(_verdicts(attack, ours, found))} |"
            for attack in attacks
            if attack.family == family
        ]
        page += FAMILY.format(family=family[0].upper() + family[1:], rows="\n".join(told))
    return page


def _row(title: str, attacks: Sequence[Attack], found: Outcomes) -> str:
    counts = [
        str(sum(bool(outcomes[attack.name]["evidence"]) for attack in attacks))
        for outcomes in found.values()
    ]
    return f"| {title} | {len(attacks)} | {' | '.join(counts)} |"


def _verdicts(attack: Attack, modes: Sequence[str], found: Outcomes) -> list[str]:
    return sorted({str(found[mode][attack.name]["verdict"]) for mode in modes})


def _cell(text: str) -> str:
    """Nothing in it that Markdown would take for its own."""
    for sign in "\\|*_<`":
        text = text.replace(sign, "\\" + sign)
    return text
