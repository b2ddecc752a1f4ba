"""What of a folder is left out: patterns, and folders of other programs."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from searchkit.articles.exclusion import exclusion_of
from searchkit.articles.walk import SourceFile, Unreadable, walk
from searchkit.errors import ConfigError
from searchkit.reports import Problem


def make(root: Path, *names: str) -> Path:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("正文", encoding="utf-8")
    return root


def ids(root: Path, *exclude: str) -> list[str]:
    return [found.id for found in walk(root, exclusion=exclusion_of(exclude)) if isinstance(found, SourceFile)]


def left_out(root: Path, *exclude: str) -> dict[str, str]:
    found = walk(root, exclusion=exclusion_of(exclude))
    return {item.path: item.reason for item in found if isinstance(item, Problem)}


@pytest.mark.parametrize(
    ("patterns", "kept"),
    [
        (["模板/"], ["a.md", "b.draft.md", "文/a.md", "文/b.draft.md"]),
        (["/模板"], ["a.md", "b.draft.md", "文/a.md", "文/b.draft.md", "文/模板/d.md"]),
        (["*.draft.md"], ["a.md", "文/a.md", "文/模板/d.md", "模板/c.md"]),
        (["文/*.md"], ["a.md", "b.draft.md", "文/模板/d.md", "模板/c.md"]),
        (["**/d.md", "/a.md"], ["b.draft.md", "文/a.md", "文/b.draft.md", "模板/c.md"]),
        (["*.md", "!a.md"], ["a.md", "文/a.md"]),
        (["*", "!*/", "!a.md"], ["a.md", "文/a.md"]),
        (["/*", "!/文/"], ["文/a.md", "文/b.draft.md", "文/模板/d.md"]),
        (["/文/", "!/文/**"], ["a.md", "b.draft.md", "模板/c.md"]),
        (["*", "!/文/"], []),
        (["文/", "!文/a.md"], ["a.md", "b.draft.md", "模板/c.md"]),
        (["a?md", "[b-d].md", "*.draft.*", "# 文/", ""], []),
    ],
)
def test_patterns_are_those_of_gitignore(tmp_path: Path, patterns: list[str], kept: list[str]) -> None:
    make(tmp_path, "a.md", "b.draft.md", "模板/c.md", "文/a.md", "文/b.draft.md", "文/模板/d.md")
    assert ids(tmp_path, *patterns) == kept


def test_a_name_of_one_character_is_a_name(tmp_path: Path) -> None:
    assert left_out(make(tmp_path, "文/a.md"), "*") == {"文/": "left out by * in the setting exclude"}


def test_a_folder_that_is_left_out_is_one_problem_and_names_its_pattern(tmp_path: Path) -> None:
    make(tmp_path, "模板/a.md", "模板/b.md", "模板/c/d.md", "e.md")
    assert left_out(tmp_path, "模板/", "e.*") == {
        "模板/": "left out by 模板/ in the setting exclude",
        "e.md": "left out by e.* in the setting exclude",
    }


def test_other_files_that_are_left_out_are_not_mentioned(tmp_path: Path) -> None:
    make(tmp_path, "a.png")
    assert list(walk(tmp_path, exclusion=exclusion_of(["*.png"]))) == []


@pytest.mark.parametrize(
    ("lines", "kept"),
    [
        ("模板/\n", ["a.md", "文/b.md"]),
        ("\ufeff/模板\r\n\r\n# a.md\r\n/文/b.md \r\n", ["a.md"]),
    ],
)
def test_a_file_may_hold_patterns(tmp_path: Path, lines: str, kept: list[str]) -> None:
    make(tmp_path, "a.md", "文/b.md", "模板/c.md")
    (tmp_path / ".searchkitignore").write_text(lines, encoding="utf-8", newline="")
    assert ids(tmp_path) == kept


def test_a_file_in_a_folder_is_about_what_is_below_it(tmp_path: Path) -> None:
    make(tmp_path, "a.md", "文/a.md", "文/深/a.md", "文/深/b.md")
    (tmp_path / "文" / ".searchkitignore").write_text("a.md\n/深/b.md\n", encoding="utf-8")
    assert ids(tmp_path) == ["a.md"]
    assert left_out(tmp_path)["文/深/a.md"] == "left out by a.md in 文/.searchkitignore"


def test_a_deeper_file_counts_more_and_the_setting_most(tmp_path: Path) -> None:
    make(tmp_path, "文/a.md", "文/b.md")
    (tmp_path / ".searchkitignore").write_text("a.md\n", encoding="utf-8")
    (tmp_path / "文" / ".searchkitignore").write_text("!a.md\nb.md\n", encoding="utf-8")
    assert ids(tmp_path) == ["文/a.md"]
    assert ids(tmp_path, "!b.md", "a.md") == ["文/b.md"]


@pytest.mark.parametrize("data", [b"\xff\xfe", b"!\n", b"[\n", b"x" * 1_000_001])
def test_a_folder_with_a_file_that_cannot_be_read_is_not_walked(tmp_path: Path, data: bytes) -> None:
    make(tmp_path, "a.md", "文/b.md")
    (tmp_path / "文" / ".searchkitignore").write_bytes(data)
    found, folder = walk(tmp_path)
    assert isinstance(found, SourceFile)
    assert isinstance(folder, Unreadable)
    assert (folder.id, folder.is_folder) == ("文/", True)
    assert folder.reason.startswith("cannot be listed: 文/.searchkitignore: ")


def test_a_file_of_patterns_may_be_a_link_below_the_corpus(tmp_path: Path) -> None:
    make(tmp_path, "a.md", "草稿.md", "文/b.md", "文/草稿.md")
    (tmp_path / "共用.ignore").write_text("草稿.md\n", encoding="utf-8")
    (tmp_path / "文" / ".searchkitignore").symlink_to(Path("..", "共用.ignore"))
    assert ids(tmp_path) == ["a.md", "文/b.md", "草稿.md"]
    (tmp_path / ".searchkitignore").symlink_to(tmp_path / "文" / ".searchkitignore")
    assert ids(tmp_path) == ["a.md", "文/b.md"]
    assert left_out(tmp_path)["草稿.md"] == "left out by 草稿.md in .searchkitignore"


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("../外面.txt", "a symbolic link out of the corpus"),
        (".searchkitignore", "a symbolic link to itself"),
        ("没有.txt", "No such file or directory"),
        ("文", "not a regular file"),
    ],
)
def test_a_link_that_leads_to_no_file_of_patterns_says_why(tmp_path: Path, target: str, reason: str) -> None:
    root = tmp_path / "库"
    make(root, "a.md", "文/b.md")
    (tmp_path / "外面.txt").write_text("a.md\n", encoding="utf-8")
    (root / ".searchkitignore").symlink_to(target)
    (folder,) = walk(root)
    assert isinstance(folder, Unreadable)
    assert folder.reason.startswith(f"cannot be listed: .searchkitignore: {reason}")


@pytest.mark.parametrize("pattern", ["!", "\\", "[", "/", "[z-a].md"])
def test_what_is_no_pattern_is_an_error_that_names_it(pattern: str) -> None:
    with pytest.raises(ConfigError) as caught:
        exclusion_of(["模板/", pattern])
    assert str(caught.value) == f"the setting exclude: not a pattern as in .gitignore: {pattern!r}"


def test_a_name_with_separate_accents_matches_as_typed(tmp_path: Path) -> None:
    make(tmp_path, unicodedata.normalize("NFD", "café") + "/a.md", "b.md")
    assert ids(tmp_path, "café/") == ["b.md"]


@pytest.mark.parametrize(
    "names",
    [
        ["node_modules/a/README.md"],
        ["文/node_modules/a.md"],
        ["_layouts/post.html"],
        ["_includes/head.html"],
        ["_site/a.html"],
        ["_sass/a.md"],
        [".git/a.md"],
        [".obsidian/a.md"],
        [".trash/a.md"],
        [".vuepress/dist/a.html"],
        ["hugo.toml", "public/a.html"],
        ["config.yaml", "themes/x/a.md"],
        ["config.toml", "archetypes/a.md"],
        ["hugo.yaml", "layouts/a.html"],
        ["config.toml", "layouts/a.html", "archetypes/b.md"],
        ["public/a.html", "config/_default/hugo.toml", "content/_index.zip"],
        ["themes/x/a.md", "content/_index.zip", "archetypes/b.md"],
        ["_config.yml", "public/a.html"],
        ["_config.yml", "scaffolds/a.md"],
        ["_config.yml", "themes/x/a.md"],
        ["gatsby-config.js", "public/a.html"],
        ["docusaurus.config.ts", "build/a.html"],
        ["mkdocs.yml", "site/a.html"],
        ["book.toml", "book/a.html"],
        ["conf.py", "_build/a.html"],
    ],
)
def test_folders_of_other_programs_are_left_out(tmp_path: Path, names: list[str]) -> None:
    make(tmp_path, "文章.md", *names)
    assert ids(tmp_path) == ["文章.md"]
    folder = names[0].rpartition("/")[0] or names[1]
    for path, reason in left_out(tmp_path).items():
        name = path.rstrip("/").rpartition("/")[2]
        assert f"the pattern !{name}/ in the setting exclude brings it back" in reason
        assert name in folder or name == "archetypes"
        assert ids(tmp_path, "!" + name + "/") != ["文章.md"]


@pytest.mark.parametrize(
    "name",
    [
        *(
            "public/a.md",
            "themes/a.md",
            "archetypes/a.md",
            "layouts/a.md",
            "scaffolds/a.md",
            "build/a.md",
            "site/a.md",
        ),
        *(
            "book/a.md",
            "output/a.md",
            "dist/a.md",
            "_build/a.md",
            "_posts/a.md",
            "_drafts/a.md",
            "模板/a.md",
            "vendor/a.md",
        ),
    ],
)
def test_a_folder_of_such_a_name_may_be_anybodys(tmp_path: Path, name: str) -> None:
    make(tmp_path, name)
    make(tmp_path, "文/content/a.zip", "config/_default/hugo.toml")
    make(tmp_path, "文/hugo.toml", "文/_config.yml", "文/mkdocs.yml")  # in another folder they say nothing
    assert ids(tmp_path) == [name]


def test_a_file_of_such_a_name_is_a_file(tmp_path: Path) -> None:
    make(tmp_path, "hugo.toml")
    (tmp_path / "public").write_text("正文", encoding="utf-8")
    assert left_out(tmp_path) == {}


def test_what_is_hidden_comes_back_by_a_pattern_of_its_own_only(tmp_path: Path) -> None:
    make(tmp_path, "README.md", ".草稿.md", ".日记/a.md", "文/.git/b.md", "文/c.md", "文/.d.md")
    assert ids(tmp_path, "/*", "!/文/") == ["文/c.md"]
    assert ids(tmp_path, "!.日记/", "!.草稿.md") == [".日记/a.md", ".草稿.md", "文/c.md"]
    assert ids(tmp_path, "!/README.md") == ["README.md", "文/c.md"]


def test_a_file_that_is_all_ending_is_hidden(tmp_path: Path) -> None:
    make(tmp_path, ".md", "文/.HTML")
    assert left_out(tmp_path) == {".md": "a hidden file", "文/.HTML": "a hidden file"}
