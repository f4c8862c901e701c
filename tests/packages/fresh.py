"""Installs the packages in a fresh Debian without Rust, has its browsers capture a token, and removes them again.

The list of the system's files must be the same before and after. It runs as root in namespaces of its own, see `run`.
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import threading
import time
from pathlib import Path

RELEASE = 'bookworm'
PACKAGES = ('chromium', 'chromium-sandbox', 'firefox-esr')
USER = 1000
PATH = '/usr/sbin:/usr/bin:/sbin:/bin'
HOME = '/home/ada'
PROFILE = f'{HOME}/.config/chromium'
# What the browsers make for themselves in the home folder.
OWN = ('.config/chromium/', '.cache', '.pki', '.mozilla', '.local/share/pki', '.config/dconf', '.config/pulse')
# base-files makes this empty folder by a script and does not own it, so dpkg removes it with the last package that has it. A
# package that did not name it could not be installed where it is gone.
UNOWNED = 'd 755 root:root ./etc/opt -> '
ENV = f'{HOME}/app/.env'
STATE = f'{HOME}/.local/state/potbridge'
PROGRAMS = {'chromium': '/usr/bin/chromium', 'firefox': '/usr/bin/firefox-esr'}
INSTALL = Path(__file__).parents[2] / 'docs/INSTALL.md'


class System:
    """A Debian in a folder."""

    def __init__(self, path: Path):
        self.path = path

    def make(self) -> None:
        if not self.path.is_dir():
            call('debootstrap', '--variant=minbase', RELEASE, self.path)
        # What it needs vanishes with this mount namespace.
        for kind, name in (('proc', 'proc'), ('tmpfs', 'tmp'), ('tmpfs', 'run')):
            call('mount', '-t', kind, kind, self.path / name)
        call('mount', '--rbind', '/dev', self.path / 'dev')
        (self.path / 'tmp').chmod(0o1777)
        self.root('apt-get', 'install', '--yes', '--quiet', '--no-install-recommends', *PACKAGES)
        if not self.has(HOME):
            self.root('useradd', '--create-home', '--uid', str(USER), 'ada')
        # As in the home of somebody who has used other programs.
        self.ada('mkdir', '-p', *(f'{HOME}/{name}' for name in ('app', 'Downloads', '.config', '.local/share', '.local/state')))
        # Its first start makes the profile.
        self.ada('chromium', '--headless', f'--user-data-dir={PROFILE}', '--dump-dom', 'about:blank')
        for program in ('cargo', 'rustc', 'gcc'):
            assert not self.has(f'usr/bin/{program}'), f'{program} is there'

    def root(self, *words: str, **options) -> str:
        return self.call(['chroot', self.path], words, {'HOME': '/root', 'DEBIAN_FRONTEND': 'noninteractive'}, **options)

    def ada(self, *words: str, **options) -> str:
        """Runs a command as an ordinary user."""
        return self.call(['chroot', f'--userspec={USER}:{USER}', '--groups=', self.path], words, {'HOME': HOME}, **options)

    def call(self, before: list, words: tuple, variables: dict, **options) -> str:
        return call(*before, *words, env={'PATH': PATH, 'LC_ALL': 'C', **variables}, **options)

    def has(self, name: str) -> bool:
        return os.path.lexists(self.path / name.lstrip('/'))

    def put(self, file: Path, to: str) -> None:
        target = self.path / to.lstrip('/')
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, target)

    def files(self) -> set[str]:
        """Every file and folder with its kind, mode and owner. Without what the kernel has, and the browser's own."""
        listed = call('find', '.', '-xdev', '-mindepth', '1', '-printf', '%y %m %u:%g %p -> %l\n', cwd=self.path)
        own = tuple(f'.{HOME}/{name}' for name in OWN)
        return {
            line for line in listed.splitlines()
            if 'NativeMessagingHosts' in line or 'native-messaging-hosts' in line or not line.split(' ', 3)[3].startswith(own)}


class StandIn:
    """The local YouTube, outside of the system."""

    def __init__(self, program: Path):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.ready = self.process.stdout.readline()
        self.tokens = set()
        self.reader = threading.Thread(target=self.read)
        self.reader.start()

    def read(self) -> None:
        for line in self.process.stdout:
            self.tokens.add(json.loads(line)['token_sha256'])

    def end(self) -> None:
        self.process.stdin.close()
        self.process.wait()
        self.reader.join()


def call(*words, **options) -> str:
    done = subprocess.run(
        [str(word) for word in words], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=1200,
        **({} if 'input' in options else {'stdin': subprocess.DEVNULL}), **options)
    if done.returncode != 0:
        raise SystemExit(f'{" ".join(map(str, words))}\n{done.stdout}\nended with {done.returncode}')
    return done.stdout


class Trial:
    def __init__(self, system: System, options: argparse.Namespace):
        self.system = system
        self.stand_in_program = options.stand_in
        system.put(options.driver, '/tmp/driver')

    def captures(self, family: str, extensions: str, profile: str) -> None:
        """The browser opens a video, and the installed host writes its token."""
        assert not self.system.has(ENV)
        # A host puts the newest token that it knows back into a .env that has gone.
        self.system.ada('rm', '-rf', STATE)
        stand_in = StandIn(self.stand_in_program)
        began = time.monotonic()
        self.system.ada(
            '/tmp/driver', '--family', family, '--program', PROGRAMS[family], '--profile', profile,
            '--extension', f'{extensions}/{family}', '--env-file', ENV, input=stand_in.ready)
        took = time.monotonic() - began
        stand_in.end()
        assert self.token() in stand_in.tokens, 'the .env has a token that the player did not send'
        print(f'  {family} captured a token in {took:.1f} s', flush=True)
        self.forget()

    def token(self) -> str:
        text = (self.system.path / ENV.lstrip('/')).read_text()
        values = [line.removeprefix('YT_DLP_PO_TOKEN=') for line in text.splitlines() if line.startswith('YT_DLP_PO_TOKEN=')]
        return hashlib.sha256(values[0].encode()).hexdigest()

    def forget(self) -> None:
        """The .env is the person's own: nothing of potbridge removes it."""
        self.system.ada('rm', ENV)

    def leaves_nothing(self, name: str, act) -> None:
        print(name, flush=True)
        before = self.system.files()
        act()
        after = self.system.files()
        added, gone = sorted(after - before), sorted(before - after - {UNOWNED})
        assert not added and not gone, f'{name}: added {added}, gone {gone}'
        print(f'  removed: the same {len(after)} files and folders as before', flush=True)

    def debian(self, package: Path) -> None:
        system = self.system
        system.put(package, f'/tmp/{package.name}')
        system.root('dpkg', '--install', f'/tmp/{package.name}')
        extensions = '/usr/share/potbridge/extension'
        for page in ('bash-completion/completions/potbridge-setup', 'zsh/vendor-completions/_potbridge',
                     'fish/vendor_completions.d/potbridge.fish', 'man/man1/potbridge-sink-add.1.gz'):
            assert system.has(f'usr/share/{page}'), page

        # By the package's own manifests alone.
        config = f'{HOME}/.config/potbridge/config.toml'
        system.ada('mkdir', '-p', f'{HOME}/.config/potbridge')
        system.ada('tee', config, input=f'[[sink]]\nkind = "env-file"\npath = "{ENV}"\n')
        for family in PROGRAMS:
            profile = f'/tmp/profile-of-{family}'
            system.ada('mkdir', profile)
            self.captures(family, extensions, profile)
        system.ada('rm', '-r', f'{HOME}/.config/potbridge', STATE)
        self.policy_installs()

        system.ada('potbridge-setup', 'install', '--env-file', ENV)
        assert not system.has(f'{HOME}/.local/bin/potbridge'), 'a package has its programs already'
        self.captures('chromium', extensions, PROFILE)
        system.ada('potbridge-setup', 'uninstall', '--purge')
        system.root('dpkg', '--remove', 'potbridge')
        assert 'potbridge' not in system.root('dpkg-query', '--show'), 'dpkg keeps something of it'

    def policy_installs(self) -> None:
        """The policy of docs/INSTALL.md has Firefox ESR install the extension, and keep it."""
        policy = re.search(r'^ *```json\n(.*?)^ *```', INSTALL.read_text(), re.DOTALL | re.MULTILINE).group(1)
        file = '/etc/firefox/policies/policies.json'
        self.system.root('mkdir', '-p', '/etc/firefox/policies')
        self.system.root('tee', file, input=policy)
        profile = '/tmp/profile-of-policy'
        self.system.ada('mkdir', profile)
        firefox = subprocess.Popen(
            ['chroot', f'--userspec={USER}:{USER}', '--groups=', self.system.path, PROGRAMS['firefox'], '--headless',
             '--no-remote', '--profile', profile, 'about:blank'],
            env={'HOME': HOME, 'PATH': PATH}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            end = time.monotonic() + 60
            while not self.is_active(profile):
                assert time.monotonic() < end, 'the policy installs no extension'
                # Firefox tells nobody when it has written its list.
                time.sleep(0.2)
        finally:
            firefox.kill()
            firefox.wait()
        print('  the policy had Firefox install it', flush=True)
        self.system.root('rm', '-r', '/etc/firefox')

    def is_active(self, profile: str) -> bool:
        try:
            addons = json.loads((self.system.path / profile.lstrip('/') / 'extensions.json').read_text())['addons']
        except (FileNotFoundError, json.JSONDecodeError):
            return False
        return any(addon['id'] == 'potbridge@potbridge.dev' and addon['active'] for addon in addons)

    def archive(self, archive: Path) -> None:
        system = self.system
        system.put(archive, f'/tmp/{archive.name}')
        folder = f'{HOME}/Downloads/{archive.name.removesuffix(".tar.gz")}'
        system.ada('tar', '-xzf', f'/tmp/{archive.name}', '-C', f'{HOME}/Downloads')
        # The stand-in is in no archive: with it `start` needs no network.
        system.put(self.stand_in_program, f'{folder}/potbridge-stand-in')
        system.ada(f'{folder}/potbridge-setup', 'start', '--demo', '--once', '--browser', 'chromium', '--env-file', ENV)
        print('  start showed a token', flush=True)
        self.forget()

        system.ada(f'{folder}/potbridge-setup', 'install', '--env-file', ENV)
        # Only what is installed counts from here on.
        system.root('rm', '-r', folder)
        self.captures('chromium', f'{HOME}/.local/share/potbridge/extension', PROFILE)
        system.ada(f'{HOME}/.local/bin/potbridge-setup', 'uninstall', '--purge')


def the_package(folder: Path, name: str) -> Path:
    """The newest file of that name. To make the system takes minutes, so this comes first."""
    found = sorted(folder.glob(name), key=lambda file: file.stat().st_mtime)
    if not found:
        raise SystemExit(f'{folder} has no {name}: `tests/packages/run twice {folder}` makes it')
    return found[-1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ('packages', 'root', 'driver', 'stand-in'):
        parser.add_argument(f'--{name}', type=Path, required=True)
    options = parser.parse_args()
    package, archive = (
        the_package(options.packages, name) for name in ('*_amd64.deb', '*-x86_64-unknown-linux-musl.tar.gz'))
    system = System(options.root)
    system.make()
    trial = Trial(system, options)
    trial.leaves_nothing(package.name, lambda: trial.debian(package))
    trial.leaves_nothing(archive.name, lambda: trial.archive(archive))


main()
