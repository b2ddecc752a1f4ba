"""Settings: their sources, their priority and their errors."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import fields, replace
from functools import partial
from pathlib import Path
from typing import Any

import platformdirs
import pytest

import searchkit
from searchkit.config import Config, user_words
from searchkit.config_sources import load_config, load_settings
from searchkit.errors import ConfigError
from searchkit.user_folder import user_folder


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home folder of a user without settings, outside of the folders of the tests."""
    folder = tmp_path / "家"
    for variable, path in {"HOME": ".", "XDG_CONFIG_HOME": ".config", "XDG_DATA_HOME": "数据"}.items():
        monkeypatch.setenv(variable, str(folder / path))
    folder.mkdir()
    return folder


def default(home: Path) -> Config:
    """The settings where nobody has said anything."""
    return replace(Config(), index=str(home / "数据" / "searchkit" / "index"))


def own(folder: Path, text: str) -> Path:
    path = folder / "searchkit.toml"
    path.write_text(text, encoding="utf-8")
    return path


def project(folder: Path, text: str) -> Path:
    path = folder / "pyproject.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_without_anything_the_defaults_count(tmp_path: Path, home: Path) -> None:
    assert load_config(tmp_path, {}) == default(home)


def test_a_file_of_its_own_counts_more_than_the_default(tmp_path: Path) -> None:
    own(tmp_path, 'engine = "opensearch"\nlimit = 20\ndrafts = true\n')
    config = load_config(tmp_path, {})
    assert (config.engine, config.limit, config.drafts, config.index) == ("opensearch", 20, True, "index")


def test_the_table_of_a_project_counts_too(tmp_path: Path) -> None:
    project(tmp_path, '[project]\nname = "x"\n[tool.searchkit]\nlimit = 5\n')
    assert load_config(tmp_path, {}).limit == 5


@pytest.mark.parametrize(
    "text",
    [
        '[project]\nname = "x"\n',
        '[project]\nname = "my-searchkit"\n',
        '[tool.other]\nlimit = "searchkit"\n',
        'tool = "searchkit"\n',
        "[tool]\nsearchkit = 3\n",
        "limit = = 3, and nothing about us",
    ],
)
def test_a_project_without_a_table_says_nothing(tmp_path: Path, home: Path, text: str) -> None:
    project(tmp_path, text)
    assert load_config(tmp_path, {}) == default(home)


def test_a_file_of_its_own_counts_more_than_the_project(tmp_path: Path) -> None:
    project(tmp_path, "[tool.searchkit]\nlimit = 5\njobs = 3\n")
    own(tmp_path, "limit = 7\n")
    config = load_config(tmp_path, {})
    assert (config.limit, config.jobs) == (7, 3)


def test_the_environment_counts_more_than_any_file(tmp_path: Path) -> None:
    own(tmp_path, "limit = 7\njobs = 3\n")
    config = load_config(tmp_path, {"SEARCHKIT_LIMIT": "9", "PATH": "/bin"})
    assert (config.limit, config.jobs) == (9, 3)


def test_an_option_counts_more_than_the_environment_unless_it_is_none(tmp_path: Path) -> None:
    options = {"limit": 11, "jobs": None}
    config = load_config(tmp_path, {"SEARCHKIT_LIMIT": "9", "SEARCHKIT_JOBS": "2"}, options)
    assert (config.limit, config.jobs) == (11, 2)


@pytest.mark.parametrize(
    ("name", "value"),
    [("synonyms", (("番茄", "西红柿"),)), ("exclude", ("模板/",)), ("drafts", True), ("limit", 3)],
)
def test_an_option_has_the_value_that_a_config_has(tmp_path: Path, name: str, value: object) -> None:
    assert getattr(load_config(tmp_path, {}, {name: value}), name) == value


def test_the_users_own_file_counts_less_than_that_of_a_project(tmp_path: Path, home: Path) -> None:
    folder = home / ".config" / "searchkit"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text("limit = 5\njobs = 3\n", encoding="utf-8")
    own(tmp_path, "limit = 7\n")
    config = load_config(tmp_path, {})
    assert (config.limit, config.jobs) == (7, 3)


def test_the_nearest_folder_above_with_settings_counts_and_none_above_it(tmp_path: Path) -> None:
    near, far = tmp_path / "资料", tmp_path / "资料" / "笔记" / "日记"
    far.mkdir(parents=True)
    own(tmp_path, "limit = 3\njobs = 3\n")
    project(near, "[tool.searchkit]\nlimit = 5\n")
    project(far, '[project]\nname = "x"\n')
    config = load_config(far, {})
    assert (config.limit, config.jobs) == (5, 0)


def test_paths_in_a_file_are_in_its_folder_and_those_of_variables_in_the_current_one(tmp_path: Path) -> None:
    far = tmp_path / "笔记"
    far.mkdir()
    own(tmp_path, 'corpus = "文章"\nindex = "../索引"\nuser_dictionary = "words.txt"\n')
    config = load_config(far, {"SEARCHKIT_CORPUS": "新文章"})
    assert config.corpus == ("新文章",)
    assert config.index == str(tmp_path / ".." / "索引")
    assert config.user_dictionary == str(tmp_path / "words.txt")


def test_no_user_dictionary_is_none_wherever_it_says_so(tmp_path: Path) -> None:
    own(tmp_path, 'user_dictionary = ""\n')
    assert load_config(tmp_path, {}).user_dictionary == ""


def test_an_index_without_a_path_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="option: index: empty: ''"):
        load_config(tmp_path, {}, {"index": ""})


def test_the_home_folder_stands_for_a_tilde_in_files_variables_and_options(tmp_path: Path, home: Path) -> None:
    own(tmp_path, 'corpus = "~/文章"\n')
    config = load_config(tmp_path, {"SEARCHKIT_INDEX": "~/索引"}, {"user_dictionary": Path("~/words.txt")})
    places = (config.corpus, config.index, config.user_dictionary)
    assert places == ((str(home / "文章"),), str(home / "索引"), str(home / "words.txt"))


def test_the_home_folder_stands_for_a_tilde_in_the_library(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (home / "文章").mkdir()
    (home / "文章" / "月.md").write_text("---\ntitle: 月全食\n---\n红光落在月面上。\n", encoding="utf-8")
    (home / "words.txt").write_text("落在月面\n", encoding="utf-8")
    config = Config(index="~/索引", user_dictionary="~/words.txt")
    assert searchkit.reindex("~/文章", "~/索引", jobs=1, config=config).added == 1
    for index in (searchkit.open_index("~/索引"), searchkit.open_index(config=config)):
        with index:
            assert index.search("月面").hits[0].path == str(home / "文章" / "月.md")
    assert sorted(home.iterdir()) == sorted(home / name for name in ("文章", "索引", "words.txt"))
    assert list(tmp_path.iterdir()) == [home]


def test_a_current_folder_that_was_removed_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "月"
    folder.mkdir()
    monkeypatch.chdir(folder)
    folder.rmdir()
    with pytest.raises(ConfigError, match="the current folder was removed"):
        load_config(environment={})


def test_the_home_folder_of_nobody_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="~nobody-is-called-so/x: no such home folder"):
        load_config(tmp_path, {}, {"index": "~nobody-is-called-so/x"})


@pytest.mark.parametrize("engine", ["memory", "opensearch"])
def test_an_index_that_has_a_name_is_not_a_path(tmp_path: Path, engine: str) -> None:
    own(tmp_path, f'engine = "{engine}"\nindex = "articles"\n')
    assert load_config(tmp_path, {}).index == "articles"
    assert load_config(tmp_path, {}, {"engine": "whoosh"}).index == str(tmp_path / "articles")


def test_an_index_called_index_here_or_above_is_the_default(tmp_path: Path, home: Path) -> None:
    far = tmp_path / "笔记" / "日记"
    (far / "index").mkdir(parents=True)  # a folder of that name is no index yet
    assert load_config(far, {}) == default(home)
    searchkit.reindex([searchkit.Article(id="月", title="月全食")], tmp_path / "index", jobs=1)
    assert load_config(far, {}).index == str(tmp_path / "index")
    assert load_config(far, {}, {"engine": "opensearch"}).index == "index"


@pytest.mark.parametrize("variable", ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"])
@pytest.mark.parametrize("value", ["", "相对", None])
def test_the_users_folders_are_those_of_platformdirs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str | None
) -> None:
    if value is not None:
        monkeypatch.setenv(variable, value)
    settings = load_settings(tmp_path, {})
    assert settings.missing[-1] == str(platformdirs.user_config_path("searchkit") / "config.toml")
    assert settings.config.index == str(platformdirs.user_data_path("searchkit") / "index")
    assert user_folder("state") == platformdirs.user_state_path("searchkit")
    assert user_folder("cache") == platformdirs.user_cache_path("searchkit")


@pytest.mark.parametrize("engine", ["opensearch", "memory"])
def test_a_folder_is_no_index_of_an_engine_that_has_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: str
) -> None:
    (tmp_path / "notes").mkdir()
    monkeypatch.chdir(tmp_path)
    assert Config(engine=engine, index="notes").index_folder is None
    assert Config(index="notes").index_folder == tmp_path / "notes"
    assert load_config(tmp_path, {}, {"engine": engine, "index": "notes"}).index == "notes"


def test_settings_say_where_they_come_from(tmp_path: Path, home: Path) -> None:
    far = tmp_path / "笔记"
    far.mkdir()
    path = own(tmp_path, "limit = 7\nsize-limit = 100\njobs = 2\n")
    settings = load_settings(far, {"SEARCHKIT_JOBS": "4"}, {"color": "never", "index": None})
    assert settings.origins == {
        "limit": str(path),
        "size_limit": str(path),
        "jobs": "SEARCHKIT_JOBS",
        "color": "option",
    }
    assert settings.config == load_config(far, {"SEARCHKIT_JOBS": "4"}, {"color": "never"})
    assert settings.files == (str(path),)
    assert settings.missing == (
        str(far / "searchkit.toml"),
        str(far / "pyproject.toml"),
        str(tmp_path / "pyproject.toml"),
        str(home / ".config" / "searchkit" / "config.toml"),
    )


def test_a_misspelt_variable_has_a_note_with_the_nearest(tmp_path: Path) -> None:
    variables = {"SEARCHKIT_INDX": "x", "SEARCHKIT_OPENSEARCH_URL": "x", "SEARCHKIT_ARCHIVE": "x", "INDEXX": "x"}
    assert load_settings(tmp_path, variables).notes == (
        "the variable SEARCHKIT_INDX is of no setting; did you mean SEARCHKIT_INDEX?",
    )


def test_without_a_settings_file_nothing_is_imported_for_one(tmp_path: Path) -> None:
    code = (
        "import sys, searchkit; searchkit.load_config();"
        "print({'tomllib', 'platformdirs', 'difflib'} & {*sys.modules})"
    )
    others = {name: value for name, value in os.environ.items() if not name.startswith("SEARCHKIT_")}
    path = {"PYTHONPATH": str(Path(searchkit.__file__).parents[1])}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env={**others, **path}, capture_output=True, text=True
    )
    assert done.stdout == "set()\n"


def test_an_empty_variable_says_nothing(tmp_path: Path) -> None:
    own(tmp_path, "limit = 7\n")
    assert load_config(tmp_path, {"SEARCHKIT_LIMIT": ""}).limit == 7


def test_the_environment_of_the_process_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEARCHKIT_CORPUS", "别处")
    assert load_config(tmp_path).corpus == ("别处",)


def test_the_current_folder_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own(tmp_path, "limit = 7\n")
    monkeypatch.chdir(tmp_path)
    assert load_config(environment={}).limit == 7


def test_the_folder_may_be_a_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own(tmp_path, "limit = 7\n")
    monkeypatch.chdir(tmp_path.parent)
    assert load_config(str(tmp_path), {}).limit == 7
    assert load_config(tmp_path.name, {}).limit == 7
    with pytest.raises(ConfigError, match="a path is empty"):
        load_config("", {})


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
        "semantic": "titles",
        "gap_log": "true",
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
        ("index = ['a']", "index: not a text: ['a']"),
        ("index = ''", "index: empty: ''"),
        ("user_dictionary = 3", "user_dictionary: not a text: 3"),
        ("jobs = 'abc'", "jobs: not a number: 'abc'"),
        ("jobs = true", "jobs: not a number: True"),
        ("size-limit = []", "size-limit: not a number: []"),
        ("limit = -1", "limit: not a whole number of 0 or more: -1"),
        ("limit = 1.5", "limit: not a whole number of 0 or more: 1.5"),
        ("limit = inf", "limit: not a whole number of 0 or more: inf"),
        ("recency = 'abc'", "recency: not a number: 'abc'"),
        ("recency = nan", "recency: not a number from 0 to 1000: nan"),
        ("recency = 2000", "recency: not a number from 0 to 1000: 2000"),
        ("semantic = true", "semantic: not off, titles or lead: True"),
        ("semantic = 'body'", "semantic: not off, titles or lead: 'body'"),
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


@pytest.mark.parametrize(
    ("given", "value"),
    [
        ({"exclude": "*.tmp, 模板/"}, ("*.tmp", "模板/")),
        ({"exclude": iter(["*.tmp"])}, ("*.tmp",)),
        ({"exclude": None}, None),
        ({"drafts": "false"}, False),
        ({"jobs": "2"}, 2),
        ({"recency": 2}, 2.0),
        ({"synonyms": [["番茄", "西红柿"], iter(["LLM", "大模型"])]}, (("番茄", "西红柿"), ("LLM", "大模型"))),
        ({"corpus": Path("文章")}, ("文章",)),
        ({"corpus": f"甲{os.pathsep}乙"}, (f"甲{os.pathsep}乙",)),
        ({"corpus": [Path("甲"), "乙"]}, ("甲", "乙")),
        ({"corpus": ""}, ()),
        ({"index": Path("索引")}, "索引"),
    ],
)
def test_a_program_may_write_a_value_as_files_do(given: dict[str, Any], value: object) -> None:
    (name,) = given
    assert getattr(Config(**given), name) == value
    converted: dict[str, Any] = {name: value}
    assert getattr(replace(Config(), **converted), name) == value


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"exclude": {"*.tmp": 1}}, "exclude: not a list of names: {'*.tmp': 1}"),
        ({"ignored_tags": None}, "ignored_tags: not a list of names: None"),
        ({"drafts": "perhaps"}, "drafts: not true or false: 'perhaps'"),
        ({"size_limit": -1}, "size_limit: not a whole number of 0 or more: -1"),
        ({"recency": float("nan")}, "recency: not a number from 0 to 1000: nan"),
        ({"recency": "x"}, "recency: not a number: 'x'"),
        ({"max_removals": 2}, "max_removals: not a number from 0 to 1: 2"),
        ({"synonyms": ["番茄"]}, """synonyms: not groups of words, such as [["LLM", "大模型"]]: ['番茄']"""),
        ({"corpus": [""]}, "corpus: not a path or a list of paths: ['']"),
        ({"corpus": None}, "corpus: not a path or a list of paths: None"),
        ({"index": ""}, "index: empty: ''"),
        ({"color": "blue"}, "color: not auto, always or never: 'blue'"),
    ],
)
def test_a_wrong_value_of_a_program_is_an_error_that_names_it(given: dict[str, Any], message: str) -> None:
    for make in (Config, partial(replace, Config())):
        with pytest.raises(ConfigError) as caught:
            make(**given)
        assert str(caught.value) == message


def test_a_folder_with_a_colon_is_one_folder(tmp_path: Path) -> None:
    folder = tmp_path / "甲:乙"
    folder.mkdir()
    own(folder, 'corpus = ["文章"]\n')
    assert load_config(folder, {}).corpus == (str(folder / "文章"),)


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
    with pytest.raises(ConfigError, match=r"^SEARCHKIT_JOBS: jobs: not a number: 'abc'"):
        load_config(tmp_path, {"SEARCHKIT_JOBS": "abc"})


@pytest.mark.parametrize("name", ["searchkit.toml", "pyproject.toml"])
@pytest.mark.parametrize("data", [b"searchkit = = 3", b"\xff\xfesearchkit", b"[tool.searchkit\n"])
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


def test_only_a_variable_has_several_paths_in_one_text(tmp_path: Path) -> None:
    own(tmp_path, f'corpus = "笔记{os.pathsep}2024"\n')
    assert load_config(tmp_path, {}).corpus == (str(tmp_path / f"笔记{os.pathsep}2024"),)
    variables = {"SEARCHKIT_CORPUS": f"甲{os.pathsep}乙"}
    assert load_config(tmp_path, variables).corpus == ("甲", "乙")
    assert load_config(tmp_path, {}, {"corpus": f"甲{os.pathsep}乙"}).corpus == (f"甲{os.pathsep}乙",)


def test_a_list_may_be_any_collection() -> None:
    assert Config(exclude={"b/", "a/"}).exclude == ("a/", "b/")  # type: ignore[arg-type]  # what is tested
    groups = {"瓜": ["番茄", "西红柿"]}.values()
    assert Config(synonyms=groups).synonyms == (("番茄", "西红柿"),)  # type: ignore[arg-type]  # what is tested
    with pytest.raises(ConfigError, match="not a list of names"):
        Config(exclude={"a": "b"})  # type: ignore[arg-type]  # what is tested
