//! Files for an archive, and a look at what is packed.

use potbridge_bundler::archive::File;
use potbridge_bundler::package::contents::Contents;
use std::process::Command;

/// What an archive is made of, with a few bytes for each part.
pub fn contents() -> Contents {
    Contents {
        host: b"the host".to_vec(),
        setup: b"the installer".to_vec(),
        extension: vec![
            File::new("extension/chromium/manifest.json", "{}"),
            File::new("extension/firefox/manifest.json", "{}"),
            File::new("extension/firefox.xpi", "packed"),
        ],
        plugin: b"the plugin".to_vec(),
        pages: [
            "completions/_potbridge",
            "completions/_potbridge.ps1",
            "completions/potbridge.bash",
            "completions/potbridge.fish",
            "man/potbridge.1",
        ]
        .map(|name| File::new(name, name))
        .into(),
        texts: vec![File::new("LICENSE", "both"), File::new("INSTALL.md", "how")],
    }
}

/// What a program prints that ends well.
pub fn printed(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program)
        .args(arguments)
        .env("LC_ALL", "C")
        .output()
        .unwrap_or_else(|error| panic!("{program}: {error}"));
    assert!(output.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
