"""The settings: which program is run, and how long it may wait."""

import os
import shutil
import unittest.mock
from pathlib import Path

from .program import Program, random_token
from .yt_dlp_run import Case, Run, a_request


class TheProgram(Case):
    def environment(self, **variables):
        """Sets a PATH that has only the system's programs."""
        variables = {'HOME': str(self.folder), 'PATH': '/usr/bin:/bin', **variables}
        changed = unittest.mock.patch.dict(os.environ, variables)
        changed.start()
        self.addCleanup(changed.stop)

    def found(self, settings=None) -> Run:
        run = Run(settings or {})
        self.addCleanup(run.ydl.close)
        return run

    def program_in(self, folder: str) -> Program:
        (self.folder / folder).mkdir(parents=True)
        return Program(self.folder / folder)

    def test_the_program_is_found_on_path_then_where_it_is_installed(self):
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

    def test_no_program_of_the_working_folder_is_run(self):
        self.environment(PATH='.::bin:/usr/bin:/bin')
        self.program_in('bin')
        before = Path.cwd()
        self.addCleanup(os.chdir, before)
        os.chdir(self.folder)
        self.assertFalse(self.found().provider.is_available())

    def test_the_named_program_is_used(self):
        self.environment()
        self.program_in('.local/bin').answers(code=70)
        for folder, named in (('a, b', None), ('c', '~/c/potbridge'), ('d', 'potbridge-too')):
            program, token = self.program_in(folder), random_token()
            program.gives(token)
            if named == 'potbridge-too':
                shutil.copy(program.path, self.folder / '.local/bin/potbridge-too')
            run = self.found({'program': named or str(program.path)})
            self.assertEqual(run.token(a_request()), token)

    def test_without_a_program_the_others_are_asked_silently(self):
        self.environment()
        run = self.found()
        self.assertEqual(run.token(a_request()), run.other.token)
        self.assertEqual(run.log.warnings, [])
        self.assertRegex(run.log.text(), r'PO Token Providers: .*potbridge-[0-9.]+ \(external, unavailable\)')

    def test_a_named_program_that_is_missing_is_reported_once(self):
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
    def test_the_wait_is_passed_on(self):
        for said, passed in (('5', ['--wait', '5', '--wait-for-browser', '2', '--client', 'yt-dlp']), ('0', [])):
            run = self.run_of_yt_dlp({'wait': said})
            self.program.gives(random_token())
            run.token(a_request())
            self.assertEqual(self.program.calls()[-1].arguments[4:-1], passed)

    def test_a_wrong_wait_is_reported_once_and_not_used(self):
        for said in ('soon', '-1', '601', '1e2', ''):
            run = self.run_of_yt_dlp({'wait': said})
            for _ in range(2):
                self.program.gives(random_token())
                run.token(a_request())
                self.assertIn('20', self.program.calls()[-1].arguments)
            self.assertEqual(len(run.log.warnings), 1)
            self.assertIn(f'wait={said} is no number of seconds', run.log.warnings[0])
