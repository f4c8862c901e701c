//! Debian packages: an `ar` archive of two compressed tar archives (deb(5)).
//!
//! dpkg-deb makes them too, but only where dpkg is, and another version of it compresses otherwise.

use super::{File, TIME, tar};
use crate::error::{Error, Result};
use ar::{Builder, Header};
use std::io;

/// What dpkg is told of a package.
#[derive(Clone, Copy, Debug)]
pub struct Control<'a> {
    /// The package's name.
    pub package: &'a str,
    /// Its version.
    pub version: &'a str,
    /// Debian's name of the processor: `amd64`.
    pub architecture: &'a str,
    /// Further fields, each a name and a value.
    pub fields: &'a [(&'a str, &'a str)],
    /// One line.
    pub synopsis: &'a str,
    /// More lines.
    pub description: &'a str,
}

/// Makes a package. The files' names begin at the root: `usr/bin/x`.
///
/// It has no scripts, and no file that dpkg would keep when the package is removed.
///
/// # Errors
/// If a file cannot be packed.
pub fn pack(control: &Control<'_>, files: &[File]) -> Result<Vec<u8>> {
    let text = control_text(control, files);
    let data = tar::pack(control.package, files)?;
    let control_archive = tar::pack(control.package, &[File::new("control", text)])?;
    let mut ar = Builder::new(Vec::new());
    let members: [(&str, &[u8]); 3] =
        [("debian-binary", b"2.0\n"), ("control.tar.gz", &control_archive), ("data.tar.gz", &data)];
    let done = members.into_iter().try_for_each(|(name, bytes)| {
        let mut header = Header::new(name.into(), bytes.len() as u64);
        header.set_mode(0o100_644);
        header.set_mtime(TIME);
        ar.append(&header, bytes)
    });
    let whole: io::Result<Vec<u8>> = done.and_then(|()| ar.into_inner());
    whole.map_err(|error| Error::content(control.package.as_ref(), format!("cannot pack it: {error}")))
}

fn control_text(control: &Control<'_>, files: &[File]) -> String {
    // In KiB, each file rounded up (deb-substvars(5)).
    let size: usize = files.iter().map(|file| file.bytes.len().div_ceil(1024)).sum();
    let mut text = format!(
        "Package: {}\nVersion: {}\nArchitecture: {}\nInstalled-Size: {size}\n",
        control.package, control.version, control.architecture
    );
    for (name, value) in control.fields {
        text.push_str(&format!("{name}: {value}\n"));
    }
    text.push_str(&format!("Description: {}\n", control.synopsis));
    for line in control.description.lines() {
        text.push_str(&format!(" {}\n", if line.is_empty() { "." } else { line }));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_control_file_has_the_fields_and_the_size() {
        let control = Control {
            package: "x",
            version: "1.2",
            architecture: "amd64",
            fields: &[("Section", "net")],
            synopsis: "does x",
            description: "One.\n\nTwo.",
        };
        let files = [File::new("usr/a", vec![0; 1025]), File::new("usr/b", "")];
        assert_eq!(
            control_text(&control, &files),
            "Package: x\nVersion: 1.2\nArchitecture: amd64\nInstalled-Size: 2\nSection: net\n\
             Description: does x\n One.\n .\n Two.\n"
        );
    }
}
