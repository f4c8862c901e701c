//! The sizes of the gzipped wasm and of the packed extension.

use crate::figure::{Figure, Unit};
use crate::table::{Limit, Row, Table};
use anyhow::{Context as _, Result};
use flate2::{Compression, write::GzEncoder};
use potbridge_browser::Family;
use potbridge_setup::artifacts::Artifacts;
use std::fs;
use std::io::Write as _;

const KIB: f64 = 1024.0;

/// Adds the rows.
///
/// # Errors
/// If the bundle has no wasm, or is not packed.
pub fn measure(artifacts: &Artifacts, table: &mut Table) -> Result<()> {
    let path = artifacts.extension(Family::Chromium).join("wasm/observe_bg.wasm");
    let wasm = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&wasm)?;
    let gzipped = encoder.finish()?.len() as f64;
    table.add(Row {
        what: "wasm, gzipped".to_owned(),
        ours: Figure::exact(gzipped, Unit::Bytes),
        peers: vec![("as it is".to_owned(), Figure::exact(wasm.len() as f64, Unit::Bytes))],
        limit: Some(Limit { value: 120.0 * KIB, rule: "fixed".to_owned() }),
    });
    let path = artifacts.extensions.join("firefox.xpi");
    let packed = fs::metadata(&path).with_context(|| format!("cannot read {}", path.display()))?.len();
    table.add(Row {
        what: "extension, packed".to_owned(),
        ours: Figure::exact(packed as f64, Unit::Bytes),
        peers: Vec::new(),
        limit: Some(Limit { value: 400.0 * KIB, rule: "fixed".to_owned() }),
    });
    Ok(())
}
