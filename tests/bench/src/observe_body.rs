//! One player body in wasm, from bytes to Capture, against `JSON.parse` in the same engine.

use crate::dirs::BenchDir;
use crate::figure::{Figure, Unit};
use crate::peers::{Peers, source};
use crate::player_request::PlayerRequest;
use crate::sample::Samples;
use crate::table::{Limit, Row, Table};
use anyhow::{Context as _, Result, ensure};
use potbridge_browser::Family;
use potbridge_setup::artifacts::Artifacts;
use serde::Deserialize;
use std::fs;
use std::process::{Command, Stdio};

const WARM_UP: usize = 20;
const ROUNDS: usize = 100;
const BODIES: usize = 32;

/// Seconds for one body.
#[derive(Deserialize)]
struct Measured {
    observe: Vec<f64>,
    media: Vec<f64>,
    media_when_due: Vec<f64>,
    parse: Vec<f64>,
    parse_decoded: Vec<f64>,
    observe_gzip: Vec<f64>,
    parse_gzip: Vec<f64>,
}

/// Adds the rows.
///
/// # Errors
/// If Node fails, or the wasm does not find a token.
pub fn measure(artifacts: &Artifacts, bench_dir: &BenchDir, peers: &Peers, table: &mut Table) -> Result<()> {
    let node = match &peers.node {
        Ok(node) => node,
        Err(why) => {
            table.leave_out("observe: one player body", why);
            return Ok(());
        }
    };
    let bodies: Vec<String> =
        (0..BODIES).map(|_| Ok(PlayerRequest::random()?.body())).collect::<Result<_>>()?;
    let folder = bench_dir.path().join("observe");
    fs::create_dir(&folder)?;
    // Node tells modules by the file's name.
    let (glue, file) = (folder.join("observe.mjs"), folder.join("bodies"));
    let built = artifacts.extension(Family::Chromium).join("wasm");
    fs::copy(built.join("observe.js"), &glue)
        .with_context(|| format!("{} has no observe.js", built.display()))?;
    fs::write(&file, bodies.join("\n"))?;
    let output = Command::new(&node.program)
        .arg(source("observe.mjs"))
        .args([&glue, &built.join("observe_bg.wasm"), &file])
        .args([WARM_UP, ROUNDS].map(|count| count.to_string()))
        .stderr(Stdio::inherit())
        .output()?;
    ensure!(output.status.success(), "observe.mjs failed ({})", output.status);
    let measured: Measured = serde_json::from_slice(&output.stdout)?;

    let figure = |samples: Vec<f64>| Figure::median(&Samples::from_iter(samples), Unit::Seconds);
    let parse = figure(measured.parse);
    table.add(Row {
        what: format!("observe: a player body of {} bytes, in wasm", bodies[0].len()),
        ours: figure(measured.observe),
        peers: vec![
            ("JSON.parse of the bytes".to_owned(), parse),
            ("of the decoded text".to_owned(), figure(measured.parse_decoded)),
        ],
        limit: Some(Limit { value: 1.5 * parse.value, rule: "1.5 × JSON.parse".to_owned() }),
    });
    table.add(Row {
        what: "observe: a media request with nothing new".to_owned(),
        ours: figure(measured.media),
        peers: vec![("looked at whole, every ten seconds".to_owned(), figure(measured.media_when_due))],
        limit: Some(Limit { value: 2e-6, rule: "fixed".to_owned() }),
    });
    table.add(Row {
        what: "observe: the same as gzip".to_owned(),
        ours: figure(measured.observe_gzip),
        peers: vec![("gunzipSync, JSON.parse".to_owned(), figure(measured.parse_gzip))],
        limit: None,
    });
    Ok(())
}
