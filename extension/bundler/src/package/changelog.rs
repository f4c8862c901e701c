//! Debian's changelog, from the project's own.

use crate::archive::File;
use crate::error::{Error, Result};
use flate2::{Compression, GzBuilder};
use std::io::Write as _;

/// Who answers for the package.
pub(super) const MAINTAINER: &str = "the potbridge authors <noreply@potbridge.dev>";

const CHANGES: &str = include_str!("../../../../CHANGELOG.md");

/// The compressed changelog of a version (deb-changelog(5)). The version has no part of Debian's own, so this is its name
/// (Debian's policy 4.7, 12.7).
pub(super) fn of(version: &str) -> Result<File> {
    let mut gzip = GzBuilder::new().write(Vec::new(), Compression::best());
    let packed = gzip.write_all(text(version, CHANGES).as_bytes()).and_then(|()| gzip.finish());
    let packed = packed.map_err(|error| Error::content("changelog.gz".as_ref(), error.to_string()))?;
    Ok(File::new("changelog.gz", packed))
}

fn text(version: &str, changes: &str) -> String {
    let is_its =
        |section: &&str| section.split([',', '\n']).next().is_some_and(|head| head.trim() == version);
    let section = changes.split("\n## ").skip(1).find(is_its);
    let lines = section.into_iter().flat_map(|section| section.lines().skip(1));
    let entries: String = lines
        .filter(|line| !line.trim().is_empty())
        .map(|line| match line.strip_prefix("- ") {
            Some(first) => format!("  * {first}\n"),
            None => format!("  {line}\n"),
        })
        .collect();
    let entries = if entries.is_empty() { format!("  * Version {version}.\n") } else { entries };
    // The time of every file in the packages, so that the same source makes the same bytes.
    format!(
        "potbridge ({version}) unstable; urgency=medium\n\n{entries}\n -- {MAINTAINER}  Tue, 01 Jan 1980 00:00:00 +0000\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debians_changelog_has_the_changes_of_the_version() {
        let changes = "# Changes\n\nWords.\n\n## 1.1.0, not released\n\n- New.\n\n## 1.0.0\n\n- One\n  and more.\n- Two.\n";
        let whole = |entries: &str| {
            format!(
                "potbridge (1.0.0) unstable; urgency=medium\n\n{entries}\n -- {MAINTAINER}  Tue, 01 Jan 1980 00:00:00 +0000\n"
            )
        };
        assert_eq!(text("1.0.0", changes), whole("  * One\n    and more.\n  * Two.\n"));
        assert_eq!(text("1.0.0", "# Changes\n"), whole("  * Version 1.0.0.\n"));
        assert!(text("1.1.0", changes).contains("\n  * New.\n\n --"));
    }
}
