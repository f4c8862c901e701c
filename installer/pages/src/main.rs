//! `potbridge-pages FOLDER`: writes the man pages and the completions of both programs, from the definitions of their commands.
//!
//! ```text
//! completions/  potbridge.bash  _potbridge  potbridge.fish  _potbridge.ps1, and the same of potbridge-setup
//! man/          potbridge.1  potbridge-get.1  …
//! ```
//!
//! The bundler runs it on the machine that packs: the programs themselves need not carry what makes these.

use clap_complete::{Generator as _, Shell};
use fs_err as fs;
use std::io;
use std::path::Path;
use std::process::ExitCode;

const SHELLS: [Shell; 4] = [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::PowerShell];

fn main() -> io::Result<ExitCode> {
    let Some(folder) = std::env::args_os().nth(1) else { return Ok(ExitCode::from(2)) };
    write(folder.as_ref())?;
    Ok(ExitCode::SUCCESS)
}

fn write(folder: &Path) -> io::Result<()> {
    let (completions, man) = (folder.join("completions"), folder.join("man"));
    fs::create_dir_all(&completions)?;
    fs::create_dir_all(&man)?;
    for command in [potbridge::cli::command(), potbridge_setup::cli::command()] {
        for shell in SHELLS {
            let script = potbridge::cli::completions::script(&mut command.clone(), shell);
            fs::write(completions.join(shell.file_name(command.get_name())), script)?;
        }
        clap_mangen::generate_to(command, &man)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::process::Command;

    #[test]
    fn every_shell_and_every_command_has_its_page() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path()).unwrap();
        let names = |part: &str| -> BTreeSet<String> {
            let entries = fs::read_dir(folder.path().join(part)).unwrap();
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
        };
        let of = |program: &str| {
            [
                format!("{program}.bash"),
                format!("_{program}"),
                format!("{program}.fish"),
                format!("_{program}.ps1"),
            ]
        };
        let expected = of("potbridge").into_iter().chain(of("potbridge-setup")).collect();
        assert_eq!(names("completions"), expected);
        for page in ["potbridge.1", "potbridge-get.1", "potbridge-sink-add.1", "potbridge-setup-install.1"] {
            assert!(names("man").contains(page), "{page}: {:?}", names("man"));
        }
        let page = fs::read_to_string(folder.path().join("man/potbridge-sink-add.1")).unwrap();
        assert!(page.contains("Examples:") && page.contains("env\\-file"), "{page}");
        // What the host asks of itself is nobody's business.
        let page = fs::read_to_string(folder.path().join("man/potbridge-download.1")).unwrap();
        assert!(page.contains("playlist") && !page.contains("from\\-host"), "{page}");
    }

    #[cfg(unix)]
    #[test]
    fn bash_completes_the_commands() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path()).unwrap();
        let script = folder.path().join("completions/potbridge.bash");
        let completed = |before: &str, word: &str, last: &str| {
            let words = format!(
                ". '{}'; COMP_WORDS=({before} {last} {word}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); \
                 _potbridge potbridge '{word}' {last}; echo \"${{COMPREPLY[@]}}\"",
                script.display()
            );
            let shown = Command::new("bash").args(["--norc", "-c", &words]).output().unwrap();
            String::from_utf8(shown.stdout).unwrap()
        };
        assert_eq!(completed("potbridge", "re", "sink"), "remove\n");
        let options = completed("potbridge", "--", "download");
        assert!(options.contains("--preset") && !options.contains("--from-host"), "{options}");
    }
}
