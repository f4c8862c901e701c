"""The plugin as a package and as a zip, found by a real yt-dlp."""

import ast
import os
import re
import socket
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import unittest
import zipfile
from pathlib import Path

from .program import Program
from .yt_dlp_run import PLUGIN, WORKSPACE

SOURCE = PLUGIN / 'yt_dlp_plugins/extractor/getpot_potbridge.py'
VERSION = tomllib.loads((WORKSPACE / 'Cargo.toml').read_text())['workspace']['package']['version']


def said_by_yt_dlp(home: Path, **variables: str) -> str:
    """What a new process of yt-dlp prints about its plugins. It reaches no network."""
    Program(home / 'bin')
    with socket.socket() as closed:
        # Nothing listens there, and nothing else can.
        closed.bind(('127.0.0.1', 0))
        run = subprocess.run(
            [sys.executable, '-m', 'yt_dlp', '--ignore-config', '--verbose', '--extractor-retries', '0',
             '--proxy', f'http://127.0.0.1:{closed.getsockname()[1]}', 'https://www.youtube.com/watch?v=AAAAAAAAAAA'],
            cwd=home, capture_output=True, text=True, timeout=120,
            env={'HOME': str(home), 'PATH': f'{home}/bin:/usr/bin:/bin', **variables})
    return run.stderr


def build(kind: str, source: Path, to: Path) -> Path:
    subprocess.run(
        [sys.executable, '-m', 'hatchling', 'build', '--target', kind, '--directory', str(to)],
        cwd=source, check=True, capture_output=True, timeout=120)
    return next(to.iterdir())


class Package(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name).resolve()
        (self.folder / 'bin').mkdir()

    def assert_found(self, **variables: str) -> str:
        said = said_by_yt_dlp(self.folder, **variables)
        self.assertRegex(said, rf'PO Token Providers: (.*, )?potbridge-{re.escape(VERSION)} \(external\)')
        self.assertNotIn('Error while importing', said)
        return said

    def test_its_version_is_that_of_potbridge(self):
        self.assertIn(f"\n__version__ = '{VERSION}'\n", SOURCE.read_text())

    def test_it_needs_only_what_a_standalone_yt_dlp_has(self):
        modules = set()
        for node in ast.walk(ast.parse(SOURCE.read_text())):
            if isinstance(node, ast.Import):
                modules.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                modules.add(node.module)
        names = {module.split('.')[0] for module in modules}
        self.assertIn('yt_dlp', names)
        self.assertEqual(names - set(sys.stdlib_module_names), {'yt_dlp'})

    def test_yt_dlp_finds_it_as_a_zip_in_its_plugin_folder(self):
        plugins = self.folder / 'config/yt-dlp/plugins'
        plugins.mkdir(parents=True)
        with zipfile.ZipFile(plugins / 'potbridge-yt-dlp-plugin.zip', 'w') as archive:
            archive.write(SOURCE, SOURCE.relative_to(PLUGIN))
        self.assert_found(XDG_CONFIG_HOME=str(self.folder / 'config'))

    def test_yt_dlp_finds_the_package_beside_another_plugin(self):
        wheel = build('wheel', PLUGIN, self.folder / 'wheel')
        self.assertEqual(wheel.name, f'potbridge_yt_dlp_plugin-{VERSION}-py3-none-any.whl')
        with zipfile.ZipFile(wheel) as archive:
            names = archive.namelist()
        # An __init__.py would keep every other plugin from being found.
        self.assertEqual([name for name in names if not name.startswith('potbridge_')], [
            'yt_dlp_plugins/extractor/getpot_potbridge.py'])
        self.assertEqual(len([name for name in names if '/licenses/LICENSE-' in name]), 2)
        site = self.folder / 'site'
        subprocess.run(
            [sys.executable, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-index', '--no-deps',
             '--target', str(site), str(wheel)], check=True, capture_output=True, timeout=120)
        other = self.folder / 'other/yt_dlp_plugins/extractor'
        other.mkdir(parents=True)
        (other / 'other.py').write_text(
            'from yt_dlp.extractor.common import InfoExtractor\nclass OtherPluginIE(InfoExtractor):\n'
            '    _VALID_URL = False\n')
        said = self.assert_found(PYTHONPATH=os.pathsep.join([str(site), str(other.parents[1])]))
        self.assertIn('Extractor Plugins: OtherPluginIE', said)

    def test_the_source_archive_builds_the_same_wheel(self):
        source = build('sdist', PLUGIN, self.folder / 'sdist')
        with tarfile.open(source) as archive:
            archive.extractall(self.folder / 'unpacked', filter='data')
        again = build('wheel', next((self.folder / 'unpacked').iterdir()), self.folder / 'again')
        first = build('wheel', PLUGIN, self.folder / 'wheel')
        self.assertEqual(again.read_bytes(), first.read_bytes())

    def test_its_licences_are_those_of_potbridge(self):
        for name in ('LICENSE-MIT', 'LICENSE-APACHE'):
            self.assertEqual((PLUGIN / name).read_text(), (WORKSPACE / name).read_text())
