"""Where potbridge is, and how long it may wait."""

import os
import shutil
import unittest.mock
from pathlib import Path

from .program import Program, random_token
from .yt_dlp_run import Case, Run, a_request


class Place(Case):
    def environment(self, **variables):
        """With a PATH on which only the shell's own programs are."""
        variables = {'HOME': str(self.folder), 'PATH': '/usr/bin:/bin', **variables}
        changed = unittest.mock.patch.dict(os.environ, variables)
        changed.start()
        self.addCleanup(changed.stop)

    def found(self, settings=None) -> Run:
        run = Run(settings or {})
        self.addCleanup(run.ydl.close)
        return run

    def program_in(self, folder: str) -> Program:
        place = self.folder / folder
        place.mkdir(parents=True)
        return Program(place)

    def test_it_is_found_on_path_then_where_install_puts_it(self):
        self.environment(XDG_BIN_HOME=str(self.folder / 'xdg'))
        self.assertFalse(self.found().provider.is_available())
        for folder in ('.local/bin', 'xdg', 'on path'):
            program, token = self.program_in(folder), random_token()
            if folder == 'on path':
                self.environment(PATH=f'relative::{self.folder / folder}:/usr/bin:/bin')
            program.gives(token)
            run = self.found()
            self.assertTrue(run.provider.is_available())
            self.assertEqual(run.token(a_request()), token, folder)
            self.assertEqual(len(program.calls()), 1)

    def test_nothing_is_run_that_lies_in_the_working_folder(self):
        self.environment(PATH='.::bin:/usr/bin:/bin')
        self.program_in('bin')
        before = Path.cwd()
        self.addCleanup(os.chdir, before)
        os.chdir(self.folder)
        self.assertFalse(self.found().provider.is_available())

    def test_the_one_that_is_named_is_used(self):
        self.environment()
        self.program_in('.local/bin').answers(code=70)
        for folder, named in (('a, b', None), ('c', '~/c/potbridge'), ('d', 'potbridge-too')):
            program, token = self.program_in(folder), random_token()
            program.gives(token)
            if named == 'potbridge-too':
                shutil.copy(program.path, self.folder / '.local/bin/potbridge-too')
            run = self.found({'program': named or str(program.path)})
            self.assertEqual(run.token(a_request()), token)

    def test_without_it_the_others_are_asked_and_nothing_is_said(self):
        self.environment()
        run = self.found()
        self.assertEqual(run.token(a_request()), run.other.token)
        self.assertEqual(run.log.warnings, [])
        self.assertRegex(run.log.text(), r'PO Token Providers: .*potbridge-[0-9.]+ \(external, unavailable\)')

    def test_one_that_is_named_and_is_not_there_is_said_once(self):
        self.environment()
        self.program_in('.local/bin')
        (self.folder / 'not a program').write_text('')
        for named in ('/no/potbridge', str(self.folder / 'not a program'), str(self.folder)):
            run = self.found({'program': named})
            for _ in range(3):
                self.assertEqual(run.token(a_request()), run.other.token)
            self.assertEqual(len(run.log.warnings), 1)
            self.assertIn(f'there is no program {named!r}', run.log.warnings[0])


class Wait(Case):
    def test_the_wait_is_the_users(self):
        for said, passed in (('5', ['--wait', '5', '--client', 'yt-dlp']), ('0', [])):
            run = self.run_of_yt_dlp({'wait': said})
            self.program.gives(random_token())
            run.token(a_request())
            self.assertEqual(self.program.calls()[-1].arguments[4:-1], passed)

    def test_what_is_no_number_of_seconds_is_said_once_and_not_used(self):
        for said in ('soon', '-1', '601', '1e2', ''):
            run = self.run_of_yt_dlp({'wait': said})
            for _ in range(2):
                self.program.gives(random_token())
                run.token(a_request())
                self.assertIn('20', self.program.calls()[-1].arguments)
            self.assertEqual(len(run.log.warnings), 1)
            self.assertIn(f'wait={said} is no number of seconds', run.log.warnings[0])
