"""The module path and variables of a child."""

from __future__ import annotations

import os
import site
import sys
import sysconfig

from review_app.workers import environment

LIBRARY = sysconfig.get_paths()["stdlib"]
SITE = site.getsitepackages()[0]
ROOT = str(environment.package_folder().parent)


def test_left_out(tmp_path):
    poison, here, other = (str(tmp_path / n) for n in ("poison", "here", "other"))
    given = ["", here, ROOT, "relative", "./also", poison, SITE, other, LIBRARY]
    path = environment.module_path(given, python_path=os.pathsep.join([poison, "x", ""]), folder=here)
    assert path == [LIBRARY, SITE, other]


def test_site_folders_stay_whatever_named_them(tmp_path):
    path = environment.module_path([SITE, LIBRARY], python_path=os.pathsep.join([SITE, LIBRARY]), folder=SITE)
    assert path == [LIBRARY, SITE]


def test_links_to_the_current_folder_are_the_current_folder(tmp_path):
    here = tmp_path / "here"
    here.mkdir()
    (tmp_path / "link").symlink_to(here)
    assert environment.module_path([str(tmp_path / "link")], python_path="", folder=str(here)) == []


def test_of_this_process():
    path = environment.module_path()
    assert ROOT not in path and "" not in path
    assert LIBRARY in path
    assert any("site-packages" in entry for entry in path)
    assert len(path) == len(set(path))


def test_variables():
    given = {"PATH": "/bin", "PYTHONPATH": "/x", "PYTHONSTARTUP": "/y", "LD_PRELOAD": "/z", "HOME": "/root"}
    kept = environment.variables(given)
    assert {"PATH", "HOME"} <= kept.keys()
    assert not {"PYTHONPATH", "PYTHONSTARTUP", "LD_PRELOAD"} & kept.keys()


def test_command_is_isolated():
    assert environment.command()[:3] == [sys.executable, "-I", "-S"]
