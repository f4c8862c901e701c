//! Asks on the terminal where tokens are to go.

use crate::env_path;
use crate::error::{Error, Result};
use crate::install::env_files;
use std::io::{BufRead, IsTerminal as _, Write, stderr, stdin};
use std::path::{Path, PathBuf};

/// Asks for the `.env` file, if somebody is there to answer. `None`: none is wanted, or nobody is there.
///
/// # Errors
/// If the terminal cannot be read.
pub(crate) fn env_file() -> Result<Option<PathBuf>> {
    if !stdin().is_terminal() || !stderr().is_terminal() {
        return Ok(None);
    }
    let nearby = env_files::nearby(&std::env::current_dir()?);
    choose(&nearby, &mut stdin().lock(), &mut stderr()).map_err(Error::File)
}

/// Asks until the answer is a file that can be, or none.
fn choose(
    nearby: &[PathBuf],
    answers: &mut impl BufRead,
    to: &mut impl Write,
) -> std::io::Result<Option<PathBuf>> {
    writeln!(to, "Which .env file does your backend read its token from?")?;
    for (index, file) in nearby.iter().enumerate() {
        writeln!(to, "  {}  {}", index + 1, file.display())?;
    }
    let numbers = if nearby.is_empty() { "" } else { "a number, " };
    loop {
        write!(to, "Answer with {numbers}the path of a file, or nothing for none: ")?;
        to.flush()?;
        let mut answer = String::new();
        if answers.read_line(&mut answer)? == 0 {
            writeln!(to)?;
            return Ok(None);
        }
        let answer = answer.trim();
        if answer.is_empty() {
            return Ok(None);
        }
        let numbered = answer.parse::<usize>().ok().and_then(|number| nearby.get(number.checked_sub(1)?));
        let file = numbered.cloned().unwrap_or_else(|| in_home(answer));
        if numbered.is_none() && !file.is_file() && is_a_word(answer) {
            if ["n", "no", "none"].contains(&answer.to_lowercase().as_str()) {
                return Ok(None);
            }
            writeln!(to, "There is no file {answer} here. For a new one of that name, answer ./{answer}")?;
            continue;
        }
        match env_path::absolute(&file) {
            Ok(file) => return Ok(Some(file)),
            Err(error) => writeln!(to, "{}", error.problem().in_full())?,
        }
    }
}

/// Whether an answer may be meant as a word or a number, and not as the path of a new file.
fn is_a_word(answer: &str) -> bool {
    let has_folder = Path::new(answer).components().count() > 1 || answer.starts_with('.');
    !has_folder && !answer.to_lowercase().ends_with(".env") && !answer.contains(['/', '\\'])
}

/// The path that a person types; no shell reads it.
fn in_home(answer: &str) -> PathBuf {
    match (answer.strip_prefix("~/"), dirs::home_dir()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => Path::new(answer).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(nearby: &[PathBuf], answers: &str) -> (Option<PathBuf>, String) {
        let mut shown = Vec::new();
        let file = choose(nearby, &mut answers.as_bytes(), &mut shown).unwrap();
        (file, String::from_utf8(shown).unwrap())
    }

    #[test]
    fn a_person_chooses_a_file_by_number_or_path_or_none() {
        let folder = tempfile::tempdir().unwrap();
        let real = dunce::canonicalize(folder.path()).unwrap();
        let nearby = [real.join(".env"), real.join("app.env")];
        let other = format!("{}\n", real.join("other.env").display());
        assert_eq!(answered(&nearby, "2\n").0.as_ref(), Some(&nearby[1]));
        assert_eq!(answered(&nearby, &other).0, Some(real.join("other.env")));
        assert_eq!(answered(&nearby, "\n").0, None);
        for word in ["n", "No", "none"] {
            let (file, shown) = answered(&nearby, &format!("{word}\n2\n"));
            assert_eq!(file, None, "{shown}");
        }
        for word in ["y", "nonsense", "7", "0", "-1"] {
            let (file, shown) = answered(&nearby, &format!("{word}\n2\n"));
            assert_eq!(file.as_ref(), Some(&nearby[1]), "{shown}");
            assert!(shown.contains(&format!("answer ./{word}")), "{shown}");
        }
        assert_eq!(answered(&nearby, "").0, None);
        let (file, shown) = answered(&nearby, &format!("{}\n1\n", real.join("no/.env").display()));
        assert_eq!(file.as_ref(), Some(&nearby[0]));
        assert!(shown.contains("is missing; make it: mkdir -p"), "{shown}");
    }
}
