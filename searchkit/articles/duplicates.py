"""Files with the same text -> one article, the one with the earliest date, that lists the others.

A long text is enough; a short one, such as a link or a notice, is the same article only under the same title.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from hashlib import blake2b

from msgspec import Struct

from searchkit.articles.boilerplate import are_all_lines, length_of_lines, ranges_of
from searchkit.articles.file_facts import Facts
from searchkit.model import Article
from searchkit.reports import Repeat

LONG = 200
"""Characters without boilerplate that no two articles share by chance. In an archive of 5,280 files, texts that
stand under several titles are links of 39 and articles of 2,680 characters and more; nothing is in between."""


_OTHERS, _CLUSTER, _LEFT_OUT, _KEPT = "+", "%", "~", "!"
"""What stands in the digest of a group before that of what is added to the first file, before the name of its
cluster, before the numbers of lines, and at the end where the document is an older one than the files call for."""


class Group(Struct, frozen=True, gc=False):
    """Files with the same text; the first one is shown. `left_out` are numbers of its boilerplate lines, `cluster`
    is that of the article. Equal groups have equal digests. `kept` is the digest of a document that stays as it is
    published, because the first file cannot be read now."""

    files: tuple[Facts, ...]
    left_out: bytes = b""
    kept: str = ""
    cluster: str = ""

    @property
    def id(self) -> str:
        return self.files[0].id

    @property
    def digest(self) -> str:
        if self.kept:
            return self.kept.removesuffix(_KEPT) + _KEPT
        first, *others = self.files
        named = [
            f"={facts.title}{facts.tags}{facts.web_page.written}" for facts in self.files if facts.web_page
        ]  # by the site
        added = "".join([*named, *(f"+{facts.id}:{facts.digest}" for facts in others)])
        packed = blake2b(added.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
        files = f"{first.digest}{_OTHERS}{packed}" if added else first.digest
        if self.cluster:
            files += _CLUSTER + self.cluster.encode("utf-8", "surrogatepass").hex()
        return f"{files}{_LEFT_OUT}{self.left_out.hex()}" if self.left_out else files

    @property
    def stub(self) -> str:
        """Why there is no article in these files, or "" if there is one."""
        first = self.files[0]
        if first.stub or not are_all_lines(first.edges, self.left_out):
            return first.stub
        nothing = first.length == length_of_lines(first.edges, self.left_out)
        return "only lines that other texts have too" if nothing else ""

    @property
    def repeats(self) -> tuple[Repeat, ...]:
        """The other files, and why they are the same article."""
        first, *others = self.files
        return tuple(
            Repeat(other.id, first.id, "title and text" if _key(other) == _key(first) else "text")
            for other in others
        )


def digest_of_first(digest: str) -> str:
    """The digest of the first file of the group with this *digest*."""
    return digest.partition(_LEFT_OUT)[0].partition(_CLUSTER)[0].partition(_OTHERS)[0]


def cluster_of(digest: str) -> str:
    """What the `cluster` of the group with this *digest* is."""
    name = digest.removesuffix(_KEPT).partition(_LEFT_OUT)[0].partition(_CLUSTER)[2]
    try:
        found = bytes.fromhex(name)
        return found.decode("utf-8", "surrogatepass") if found.hex() == name else ""
    except ValueError:
        return ""


def left_out_of(digest: str) -> bytes:
    """What the `left_out` of the group with this *digest* is."""
    numbers = digest.removesuffix(_KEPT).partition(_LEFT_OUT)[2]
    try:
        found = bytes.fromhex(numbers)
    except ValueError:
        return b""
    return found if found.hex() == numbers else b""


def is_kept(digest: str) -> bool:
    """Whether the document with this *digest* is an older one than its files call for."""
    return digest.endswith(_KEPT)


def group_repeats(files: Sequence[Facts], boilerplate: Mapping[str, bytes]) -> list[Group]:
    """Groups in the order of their first file. A file without text has no duplicates. *boilerplate* has the
    numbers of the lines that are left out, by id."""
    together: dict[tuple[str, ...], list[Facts]] = {}
    texts = Counter(facts.body_digest for facts in files)
    for facts in files:
        is_alone = texts[facts.body_digest] == 1
        same = (facts.body_digest,) if is_alone else _same(facts, boilerplate.get(facts.id, b""))
        together.setdefault(same, []).append(facts)
    groups = map(_in_order, together.values())
    return [Group(group, boilerplate.get(group[0].id, b"")) for group in groups]


def groups_as_published(files: Iterable[Facts], documents: Mapping[str, str]) -> list[Group] | None:
    """The groups of *files* as `group_repeats` made them when *documents*, which are digests by id, were published
    of the same files; None where that cannot be told."""
    files = list(files)
    firsts: dict[str, list[Facts]] = {}
    for facts in files:
        if facts.id in documents:
            firsts.setdefault(facts.body_digest, []).append(facts)
    together: dict[str, list[Facts]] = {}
    for facts in files:
        first = facts if facts.id in documents else _first_of(facts, firsts.get(facts.body_digest, []))
        if first is None:
            return None
        together.setdefault(first.id, []).append(facts)
    groups = [group_of(_in_order(some), documents[article_id]) for article_id, some in together.items()]
    is_same = len(groups) == len(documents) and all(group.digest == documents.get(group.id) for group in groups)
    return groups if is_same else None


def group_of(files: tuple[Facts, ...], digest: str) -> Group:
    """*files* as the document with this *digest* was made of them."""
    return Group(files, left_out_of(digest), cluster=cluster_of(digest))


def _first_of(facts: Facts, firsts: Sequence[Facts]) -> Facts | None:
    """The one of *firsts*, which have the text of a file with these *facts*, that it repeats."""
    if len(firsts) == 1:
        return firsts[0]
    return next((first for first in firsts if _key(first) == _key(facts)), None)


def merge(article: Article, group: Group) -> Article:
    """*article*, the first of its group, with the ids, tags, categories and titles of the others, its cluster and
    its boilerplate, without the name of a site in its title. The titles as they are written are aliases."""
    if group.files[0].web_page:
        article = replace(article, title=group.files[0].title, tags=group.files[0].tags)
    if written := [facts.web_page.written for facts in group.files if facts.web_page and facts.web_page.written]:
        article = replace(article, aliases=tuple(dict.fromkeys((*article.aliases, *written))))
    if group.cluster:
        article = replace(article, cluster=group.cluster)
    if group.left_out:
        article = replace(article, boilerplate=ranges_of(article.body, group.left_out))
    if len(group.files) == 1:
        return article
    titles = dict.fromkeys(facts.title for facts in group.files if facts.title != article.title)
    tags = dict.fromkeys([*article.tags, *(tag for facts in group.files for tag in facts.tags)])
    categories = dict.fromkeys([*article.categories, *(c for facts in group.files for c in facts.categories)])
    return replace(
        article,
        duplicates=tuple(facts.id for facts in group.files[1:]),
        other_titles=tuple(titles),
        tags=tuple(tags),
        categories=tuple(categories),
    )


def unmerged(article: Article, first: Facts) -> Article:
    """What `merge` made *article* of: the file with the facts *first*."""
    return replace(
        article,
        title=first.title,
        duplicates=(),
        other_titles=(),
        boilerplate=(),
        cluster="",
        tags=first.tags,
        categories=first.categories,
    )


def _same(facts: Facts, left_out: bytes) -> tuple[str, ...]:
    """What two files have in common that are one article."""
    if not facts.body_digest:
        return "no text", facts.id
    length = facts.length - length_of_lines(facts.edges, left_out)
    return (facts.body_digest,) if length >= LONG else (facts.body_digest, _key(facts))


def _key(facts: Facts) -> str:
    return "".join(facts.title.split()).casefold()


def _in_order(files: list[Facts]) -> tuple[Facts, ...]:
    """*files* of one article, that which is shown first."""
    return tuple(sorted(files, key=earliest_first) if len(files) > 1 else files)


def earliest_first(facts: Facts) -> tuple[bool, int, str]:
    """What files are ordered by."""
    return facts.clock is None, facts.clock or 0, facts.id
