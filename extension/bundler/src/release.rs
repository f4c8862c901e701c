//! How what people are given is compiled: the same source and the same compiler make the same bytes in every folder.

use crate::cargo;
use crate::error::{Error, Result};
use crate::metadata::Metadata;
use crate::workspace::Workspace;
use std::collections::BTreeSet;
use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// A C compiler for another system, and Debian's package of it.
const CROSS_COMPILERS: [(&str, &str, &str); 3] = [
    ("x86_64-unknown-linux-musl", "musl-gcc", "musl-tools"),
    ("x86_64-pc-windows-gnu", "x86_64-w64-mingw32-gcc", "gcc-mingw-w64-x86-64"),
    ("aarch64-unknown-linux-gnu", "aarch64-linux-gnu-gcc", "gcc-aarch64-linux-gnu"),
];

/// What is built.
pub(crate) struct What<'a> {
    /// The profile, which is also the name of its folder.
    pub(crate) profile: &'a str,
    /// Rust's triple.
    pub(crate) triple: &'a str,
    /// The package.
    pub(crate) package: &'a str,
    /// Whether it is the program of that name, or a library.
    pub(crate) is_program: bool,
}

/// Builds it. Returns the folder that holds the result.
pub(crate) fn build(workspace: &Workspace, what: &What<'_>) -> Result<PathBuf> {
    let root = workspace.root.as_path();
    let compiler = cargo::Compiler::ask(root)?;
    cargo::ensure_target(root, what.triple)?;
    let is_cross = what.triple != compiler.host;
    if is_cross
        && let Some((_, program, package)) = CROSS_COMPILERS.iter().find(|entry| entry.0 == what.triple)
    {
        which::which(program).map_err(|_| Error::Missing {
            what: format!("{program}, a C compiler for {},", what.triple),
            hint: format!("on Debian: apt-get install {package}"),
        })?;
    }
    let moved = moved_folders(workspace, &Metadata::read(root)?, &compiler);
    let flags = rust_flags(what.triple, &moved);
    let name = what.triple.replace('-', "_");
    let mut variables = vec![
        // Instead of all other flags that a person's environment or configuration has. With --target they are not for
        // build scripts.
        ("CARGO_ENCODED_RUSTFLAGS".to_owned(), flags.join("\u{1f}").into()),
        (format!("CFLAGS_{name}"), c_flags(&moved).into()),
        ("CC_SHELL_ESCAPED_FLAGS".to_owned(), OsString::from("1")),
        // Apple's ar and linker write no times then.
        ("ZERO_AR_DATE".to_owned(), OsString::from("1")),
    ];
    let linker = format!("CARGO_TARGET_{}_LINKER", name.to_uppercase());
    if is_cross && what.triple == "aarch64-unknown-linux-gnu" && env::var_os(&linker).is_none() {
        variables.push((linker, "aarch64-linux-gnu-gcc".into()));
    }
    let mut arguments: Vec<OsString> =
        ["rustc", "--locked", "--profile", what.profile, "--target", what.triple, "--package", what.package]
            .map(OsString::from)
            .into();
    if what.is_program {
        arguments.extend(["--bin", what.package, "--"].map(OsString::from));
        arguments.extend(link_arguments(root, what.triple, &compiler));
    } else {
        arguments.push("--lib".into());
    }
    cargo::run_with(root, &arguments, &variables)?;
    Ok(workspace.target.join(what.triple).join(what.profile))
}

/// Folders whose paths the compilers would write into a program, and what they write instead. The last that fits counts.
fn moved_folders(
    workspace: &Workspace,
    metadata: &Metadata,
    compiler: &cargo::Compiler,
) -> Vec<(PathBuf, String)> {
    let registries: BTreeSet<&Path> = metadata
        .packages
        .iter()
        .filter(|package| package.source.is_some())
        .filter_map(|package| package.folder().parent())
        .collect();
    let mut moved = vec![(workspace.root.clone(), "/potbridge".to_owned())];
    moved.extend(registries.into_iter().map(|folder| (folder.to_owned(), "/crates".to_owned())));
    moved.push((workspace.target.clone(), "/target".to_owned()));
    // Rust's own path, which a toolchain with the component rust-src writes otherwise.
    let library = compiler.sysroot.join("lib/rustlib/src/rust");
    moved.push((library, format!("/rustc/{}", compiler.commit)));
    moved
}

fn rust_flags(triple: &str, moved: &[(PathBuf, String)]) -> Vec<String> {
    let mut flags: Vec<_> =
        moved.iter().map(|(from, to)| format!("--remap-path-prefix={}={to}", from.display())).collect();
    if triple.ends_with("windows-gnu") {
        flags.push("-Clink-arg=-Wl,--no-insert-timestamp".to_owned());
    }
    flags
}

/// What is said to the compiler of a program alone, so that it is about the linker.
///
/// Linux gets the toolchain's own lld, which is of one version everywhere, and no tables for unwinding. Windows and macOS need
/// theirs. A distribution's toolchain may have no lld.
fn link_arguments(root: &Path, triple: &str, compiler: &cargo::Compiler) -> Vec<OsString> {
    let lld = compiler.sysroot.join("lib/rustlib").join(&compiler.host).join("bin/gcc-ld");
    if !triple.contains("linux") || !lld.is_dir() {
        return Vec::new();
    }
    let script = root.join("extension/bundler/no-unwinding.ld");
    let word = |before: &str, path: &Path| {
        let mut word = OsString::from(before);
        word.push(path);
        word
    };
    vec![word("-Clink-arg=-B", &lld), "-Clink-arg=-fuse-ld=lld".into(), word("-Clink-arg=", &script)]
}

/// Words for a shell.
fn c_flags(moved: &[(PathBuf, String)]) -> String {
    let flags: Vec<_> = moved
        .iter()
        .map(|(from, to)| format!("-ffile-prefix-map={}={to}", from.display()))
        .map(|flag| format!("'{}'", flag.replace('\'', r"'\''")))
        .collect();
    flags.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_for_c_survive_spaces_and_quotes() {
        let moved = [(PathBuf::from("/home/o'neill/my work"), "/potbridge".to_owned())];
        assert_eq!(c_flags(&moved), r"'-ffile-prefix-map=/home/o'\''neill/my work=/potbridge'");
    }

    #[test]
    fn only_linux_goes_without_tables_for_unwinding() {
        let folder = tempfile::tempdir().unwrap();
        let compiler = cargo::Compiler {
            host: "x86_64-unknown-linux-gnu".to_owned(),
            version: "1.95.0".to_owned(),
            commit: "0".to_owned(),
            sysroot: folder.path().to_owned(),
        };
        let has_script = |triple| {
            let arguments = link_arguments(Path::new("src"), triple, &compiler);
            arguments.iter().any(|argument| argument.to_string_lossy().ends_with("no-unwinding.ld"))
        };
        assert!(!has_script("x86_64-unknown-linux-musl"), "the toolchain has no lld");
        let lld = "lib/rustlib/x86_64-unknown-linux-gnu/bin/gcc-ld";
        fs_err::create_dir_all(folder.path().join(lld)).unwrap();
        assert!(has_script("x86_64-unknown-linux-musl") && has_script("aarch64-unknown-linux-gnu"));
        assert!(!has_script("x86_64-pc-windows-gnu") && !has_script("aarch64-apple-darwin"));
    }
}
