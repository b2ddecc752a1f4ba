#!/usr/bin/env python3
"""Hold commit messages to `area: Imperative subject`.

    commit_message.py FILE      the message in FILE, as Git's hook commit-msg and pre-commit call it
    commit_message.py --new     the messages of all commits since the rule holds, as `make lint` calls it

Needs Git and the standard library only. Exit code: 0 the rule is kept, 1 it is not, 2 wrong call.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

RULE_HOLDS_SINCE = "faf84e5b933ec9475a22ec25d2375cb8c4579c79"
"""The last commit before the rule: what is older keeps its message."""
LONGEST = 72
_SUBJECT = re.compile(r"(?P<area>\S+): (?P<text>\S.*)")
_AREA = re.compile(r"[a-z0-9._][a-z0-9._/-]*")
_NOT_IMPERATIVE = re.compile(
    r"(?!(?:always|alias|bias|embed|shed|shred)\b)(?:\w+[^e]ed|\w+[^su]s|\w*[aeiouy]\w*ing)\b", re.IGNORECASE
)
"""A first word such as Added, Adds or Adding, but not Feed, Pass or Bring."""
_SCISSORS = re.compile(r"^. -{8,} >8 -{8,}$", re.MULTILINE)


def main(arguments: list[str]) -> int:
    match arguments:
        case ["--new"]:
            return report(new_messages())
        case [file] if not file.startswith("-"):
            return report([("this commit", typed(Path(file).read_text(encoding="utf-8")))])
    print(__doc__, file=sys.stderr)
    return 2


def report(messages: Iterable[tuple[str, str]]) -> int:
    """Print what is wrong with each message; 1 if anything is."""
    faults = [f"{name}: {fault}" for name, message in messages for fault in faults_of(message)]
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


def faults_of(message: str) -> list[str]:
    """What breaks the rule in a message; merges say what Git makes them say.

    >>> faults_of("query: Read dates of one digit")
    []
    """
    subject, _, rest = message.partition("\n")
    if subject.startswith("Merge "):
        return []
    found = [f"{fault}: {subject!r}" for fault in _faults_of_subject(subject)]
    if rest and not rest.startswith("\n"):
        found.append("the second line of a message is empty")
    return found


def _faults_of_subject(subject: str) -> Iterable[str]:
    parts = _SUBJECT.fullmatch(subject)
    if parts is None or not _AREA.fullmatch(parts["area"]):
        yield "a subject is `area: Imperative`, such as `query: Read dates of one digit`"
    elif not parts["text"][0].isupper():
        yield "a capital follows the colon"
    elif _NOT_IMPERATIVE.match(parts["text"]):
        yield "the first word is an imperative: Add, not Added, Adds or Adding"
    if len(subject) > LONGEST:
        yield f"a subject has at most {LONGEST} characters, not {len(subject)}"
    if ";" in subject or "；" in subject:
        yield "a commit is one idea, and its subject has no semicolon"
    if subject.endswith("."):
        yield "a subject ends without a full stop"


def typed(text: str) -> str:
    """A message without what Git's editor adds: comments, and the changes below the scissors."""
    lines = _SCISSORS.split(text)[0].splitlines()
    return "\n".join(line.rstrip() for line in lines if not line.startswith("#")).strip()


def new_messages() -> list[tuple[str, str]]:
    """The commits after RULE_HOLDS_SINCE, merges left out, each with its message.

    A shallow clone that does not reach so far holds newer ones only. Where there is no history, or another one,
    there is nothing to hold to the rule, and a line says so.
    """
    if _git("cat-file", "-e", f"{RULE_HOLDS_SINCE}^{{commit}}") is not None:
        return _messages(f"{RULE_HOLDS_SINCE}..HEAD")
    if (_git("rev-parse", "--is-shallow-repository") or "").strip() == "true":
        return _messages("HEAD")
    print(f"commit messages are not checked: {RULE_HOLDS_SINCE[:9]} is not in the history here", file=sys.stderr)
    return []


def _messages(commits: str) -> list[tuple[str, str]]:
    log = _git("log", "--no-merges", "-z", "--format=%h%n%B", commits) or ""
    entries = (entry.partition("\n") for entry in log.split("\0") if entry)
    return [(name, message.strip()) for name, _, message in entries]


def _git(*arguments: str) -> str | None:
    """What Git prints; None where it fails or is not installed."""
    try:
        done = subprocess.run(["git", *arguments], capture_output=True, encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return None
    return done.stdout if done.returncode == 0 else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
