"""Settings: their sources, their priority and their errors."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from searchkit.config import Config, load_config, user_words
from searchkit.errors import ConfigError


def own(folder: Path, text: str) -> Path:
    path = folder / "searchkit.toml"
    path.write_text(text, encoding="utf-8")
    return path


def project(folder: Path, text: str) -> Path:
    path = folder / "pyproject.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_without_anything_the_defaults_count(tmp_path: Path) -> None:
    assert load_config(tmp_path, {}) == Config()


def test_a_file_of_its_own_counts_more_than_the_default(tmp_path: Path) -> None:
    own(tmp_path, 'corpus = "文章"\nlimit = 20\ndrafts = true\n')
    config = load_config(tmp_path, {})
    assert (config.corpus, config.limit, config.drafts, config.index) == ("文章", 20, True, "index")


def test_the_table_of_a_project_counts_too(tmp_path: Path) -> None:
    project(tmp_path, '[project]\nname = "x"\n[tool.searchkit]\ncorpus = "文章"\n')
    assert load_config(tmp_path, {}).corpus == "文章"


def test_a_project_without_a_table_says_nothing(tmp_path: Path) -> None:
    project(tmp_path, '[project]\nname = "x"\n')
    assert load_config(tmp_path, {}) == Config()


def test_a_file_of_its_own_counts_more_than_the_project(tmp_path: Path) -> None:
    project(tmp_path, "[tool.searchkit]\nlimit = 5\njobs = 3\n")
    own(tmp_path, "limit = 7\n")
    config = load_config(tmp_path, {})
    assert (config.limit, config.jobs) == (7, 3)


def test_the_environment_counts_more_than_any_file(tmp_path: Path) -> None:
    own(tmp_path, 'limit = 7\nindex = "甲"\n')
    config = load_config(tmp_path, {"SEARCHKIT_LIMIT": "9", "PATH": "/bin"})
    assert (config.limit, config.index) == (9, "甲")


def test_an_empty_variable_says_nothing(tmp_path: Path) -> None:
    own(tmp_path, "limit = 7\n")
    assert load_config(tmp_path, {"SEARCHKIT_LIMIT": ""}).limit == 7


def test_the_environment_of_the_process_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEARCHKIT_CORPUS", "别处")
    assert load_config(tmp_path).corpus == "别处"


def test_the_current_folder_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own(tmp_path, 'corpus = "文章"\n')
    monkeypatch.chdir(tmp_path)
    assert load_config(environment={}).corpus == "文章"


def test_a_name_may_have_hyphens(tmp_path: Path) -> None:
    own(tmp_path, "size-limit = 100\n")
    assert load_config(tmp_path, {}).size_limit == 100


@pytest.mark.parametrize("name", [setting.name for setting in fields(Config)])
def test_every_setting_can_be_a_variable(tmp_path: Path, name: str) -> None:
    text = {
        "drafts": "true",
        "regional_words": "false",
        "color": "never",
        "synonyms": "甲=乙",
        "max_removals": "0.5",
    }.get(name, "3")
    config = load_config(tmp_path, {f"SEARCHKIT_{name.upper()}": text})
    assert getattr(config, name) != getattr(Config(), name)


def test_lists_in_a_file(tmp_path: Path) -> None:
    own(
        tmp_path,
        'exclude = ["模板/", "*.draft.md"]\nignored_tags = ["fetched", "待读"]\n'
        'synonyms = [["番茄", "西红柿"], ["LLM", "大模型"]]\n',
    )
    config = load_config(tmp_path, {})
    assert config.exclude == ("模板/", "*.draft.md")
    assert config.ignored_tags == ("fetched", "待读")
    assert config.synonyms == (("番茄", "西红柿"), ("LLM", "大模型"))


def test_lists_in_a_variable(tmp_path: Path) -> None:
    variables = {"SEARCHKIT_IGNORED_TAGS": "fetched, 待读", "SEARCHKIT_SYNONYMS": "番茄=西红柿; LLM = 大模型"}
    config = load_config(tmp_path, {**variables, "SEARCHKIT_EXCLUDE": "模板/, *.draft.md"})
    assert config.exclude == ("模板/", "*.draft.md")
    assert config.ignored_tags == ("fetched", "待读")
    assert config.synonyms == (("番茄", "西红柿"), ("LLM", "大模型"))


@pytest.mark.parametrize(
    ("text", "flag"), [("true", True), ("1", True), ("YES", True), ("false", False), ("0", False)]
)
def test_a_flag_in_a_variable(tmp_path: Path, text: str, flag: bool) -> None:
    own(tmp_path, f"drafts = {str(not flag).lower()}\n")
    assert load_config(tmp_path, {"SEARCHKIT_DRAFTS": text}).drafts is flag


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("jobs = 'abc'", "jobs: not a number: 'abc'"),
        ("jobs = true", "jobs: not a number: True"),
        ("size-limit = []", "size-limit: not a number: []"),
        ("limit = -1", "limit: not a whole number of 0 or more: -1"),
        ("limit = 1.5", "limit: not a whole number of 0 or more: 1.5"),
        ("limit = inf", "limit: not a whole number of 0 or more: inf"),
        ("recency = 'abc'", "recency: not a number: 'abc'"),
        ("recency = nan", "recency: not a number from 0 to 1000: nan"),
        ("recency = 2000", "recency: not a number from 0 to 1000: 2000"),
        ("drafts = 'perhaps'", "drafts: not true or false: 'perhaps'"),
        ("color = 'blue'", "color: not auto, always or never: 'blue'"),
        ("ignored_tags = 3", "ignored_tags: not a list of names: 3"),
        ("synonyms = 3", """synonyms: not groups of words, such as [["LLM", "大模型"]]: 3"""),
        ("synonyms = [3]", """synonyms: not groups of words, such as [["LLM", "大模型"]]: [3]"""),
        ("synonyms = ['番茄']", """synonyms: not groups of words, such as [["LLM", "大模型"]]: ['番茄']"""),
    ],
)
def test_a_wrong_value_is_an_error_that_names_file_key_and_value(tmp_path: Path, line: str, message: str) -> None:
    path = own(tmp_path, line)
    with pytest.raises(ConfigError) as caught:
        load_config(tmp_path, {})
    assert str(caught.value) == f"{path}: {message}"


def test_a_number_too_large_for_any_use_is_an_error(tmp_path: Path) -> None:
    own(tmp_path, "limit = 1" + "0" * 400)
    with pytest.raises(ConfigError, match="limit: not a number: 10000"):
        load_config(tmp_path, {})


def test_an_unknown_key_is_an_error_that_names_the_nearest_and_lists_all(tmp_path: Path) -> None:
    path = own(tmp_path, 'corpsu = "x"\n')
    with pytest.raises(ConfigError) as caught:
        load_config(tmp_path, {})
    message = str(caught.value)
    assert message.startswith(f"{path}: no setting 'corpsu'; did you mean 'corpus'? The settings are ")
    assert all(setting.name in message for setting in fields(Config))


def test_an_unknown_key_like_no_other_names_no_nearest(tmp_path: Path) -> None:
    own(tmp_path, 'xyz = "x"\n')
    with pytest.raises(ConfigError, match=r"no setting 'xyz'\. The settings are color, "):
        load_config(tmp_path, {})


def test_an_error_in_a_variable_names_it(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="the variable SEARCHKIT_JOBS: jobs: not a number: 'abc'"):
        load_config(tmp_path, {"SEARCHKIT_JOBS": "abc"})


@pytest.mark.parametrize("name", ["searchkit.toml", "pyproject.toml"])
@pytest.mark.parametrize("data", [b"limit = = 3", b"\xff\xfe", b"[tool.searchkit\n"])
def test_a_file_that_is_no_toml_is_an_error_that_names_it(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(ConfigError, match=name):
        load_config(tmp_path, {})


def test_a_user_dictionary_is_lines_without_spaces_around_and_comments(tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_bytes("\ufeff# 我的词\n雾凇拼音 500\n\n  云计算  \n".encode())
    assert user_words(Config(user_dictionary=str(path))) == ("雾凇拼音 500", "云计算")


def test_without_a_user_dictionary_there_are_no_words() -> None:
    assert user_words(Config()) == ()


@pytest.mark.parametrize("data", [None, b"\xff\xfe\xfd"])
def test_a_user_dictionary_that_cannot_be_read_is_an_error_that_names_it(
    tmp_path: Path, data: bytes | None
) -> None:
    path = tmp_path / "words.txt"
    if data:
        path.write_bytes(data)
    with pytest.raises(ConfigError, match=r"words\.txt"):
        user_words(Config(user_dictionary=str(path)))
