"""`autograder doctor --device cuda`, without a GPU and where there seems to be one."""

from __future__ import annotations

import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest
import torch

from autograder.cli.doctor import examine
from autograder.cli.options import Device
from autograder.sandbox.grader import client, probe
from autograder.sandbox.grader.probe import Finding
from autograder.sandbox.protocol.errors import SandboxUnavailable
from tests.support.command_line import autograder


def put_nvidia_smi(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program of that name on the PATH, in front of any other."""
    tool = folder / "nvidia-smi"
    tool.write_text(f"#!/bin/sh\n{script}\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


def found(name: str) -> Finding:
    (finding,) = (finding for finding in examine(Device.CUDA) if finding.name == name)
    return finding


@pytest.fixture
def gpu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine whose driver, CUDA, GPU and workers are as they should be."""
    put_nvidia_smi(tmp_path, "echo 'NVIDIA L4, 580.65.06'", monkeypatch)
    ones = torch.ones
    monkeypatch.setattr(torch.version, "cuda", "13.0")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda: "NVIDIA L4")
    monkeypatch.setattr(torch, "ones", lambda *shape, device: ones(*shape))
    monkeypatch.setattr(probe, "worker_layers", list)
    monkeypatch.setattr(probe, "gpu_refused", lambda sandbox: None)
    monkeypatch.setattr(client, "Sandbox", lambda *, gpu: nullcontext())


def test_without_a_gpu_the_doctor_refuses_cuda_and_names_what_is_missing() -> None:
    done = autograder("doctor", "--device", "cuda")
    assert done.returncode == 2
    missing = [line for line in done.stdout.splitlines() if line.startswith("missing")]
    assert any("driver" in line for line in missing)
    assert any("GPU" in line and "none that torch can use" in line for line in missing)


def test_torch_without_bytecode_is_named_with_what_helps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "torch"
    (package / "_dynamo").mkdir(parents=True)
    (package / "_dynamo" / "__init__.py").write_text("")
    monkeypatch.setattr(torch, "__file__", str(package / "__init__.py"))
    (named,) = (finding for finding in examine(Device.CPU) if finding.name == "bytecode")
    assert not named.required
    program, *arguments = named.fix.split()
    subprocess.run([sys.executable, *arguments], check=True)
    assert program == "python"
    assert "bytecode" not in [finding.name for finding in examine(Device.CPU)]


def test_for_the_processor_no_gpu_is_looked_for() -> None:
    names = [finding.name for finding in examine(Device.CPU)]
    assert "torch" in names
    assert "GPU" not in names


@pytest.mark.usefixtures("gpu")
def test_a_machine_with_everything_is_told_driver_cuda_gpu_and_worker() -> None:
    findings = {finding.name: finding for finding in examine(Device.CUDA)}
    assert all(finding.ok for finding in findings.values())
    assert findings["driver"].detail == "NVIDIA L4, 580.65.06"
    assert findings["CUDA"].detail == "13.0"
    assert findings["GPU"].detail == "NVIDIA L4"
    assert findings["GPU worker"].required


@pytest.mark.usefixtures("gpu")
@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("echo 'NVIDIA-SMI has failed' >&2; exit 9", "NVIDIA-SMI has failed"),
        ("exit 0", "lists no GPU"),
    ],
)
def test_a_driver_that_does_not_answer_is_missing(
    script: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_nvidia_smi(tmp_path, script, monkeypatch)
    driver = found("driver")
    assert not driver.ok
    assert said in driver.detail


@pytest.mark.usefixtures("gpu")
def test_a_driver_that_hangs_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def hang(command: list[str], *, timeout: float, **options: object) -> None:
        raise subprocess.TimeoutExpired(command, timeout)

    monkeypatch.setattr(subprocess, "run", hang)
    driver = found("driver")
    assert not driver.ok
    assert "no answer in 60 s" in driver.detail


@pytest.mark.usefixtures("gpu")
def test_a_torch_for_processors_is_not_good_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.version, "cuda", None)
    assert not found("CUDA").ok


@pytest.mark.usefixtures("gpu")
def test_a_gpu_that_cannot_compute_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*shape: int, device: str) -> torch.Tensor:
        raise RuntimeError("CUDA error: no kernel image is available\nmore")

    monkeypatch.setattr(torch, "ones", refuse)
    gpu = found("GPU")
    assert not gpu.ok
    assert gpu.detail == "NVIDIA L4: CUDA error: no kernel image is available"


@pytest.mark.usefixtures("gpu")
@pytest.mark.parametrize("device", [Device.CUDA, Device.AUTO])
def test_a_gpu_that_does_not_tell_its_name_is_missing(
    device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> str:
        raise RuntimeError("CUDA error: system not yet initialized\nmore")

    monkeypatch.setattr(torch.cuda, "get_device_name", refuse)
    (gpu,) = (finding for finding in examine(device) if finding.name == "GPU")
    assert not gpu.ok
    assert gpu.required == (device == Device.CUDA)
    assert gpu.detail == "a GPU: CUDA error: system not yet initialized"


@pytest.mark.usefixtures("gpu")
def test_a_worker_that_cannot_use_the_gpu_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "gpu_refused", lambda sandbox: "no such device")
    worker = found("GPU worker")
    assert not worker.ok
    assert worker.detail == "no such device"


@pytest.mark.usefixtures("gpu")
def test_a_sandbox_that_does_not_start_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*, gpu: bool) -> None:
        raise SandboxUnavailable("no zygote")

    monkeypatch.setattr(client, "Sandbox", refuse)
    assert "no zygote" in found("GPU worker").detail
