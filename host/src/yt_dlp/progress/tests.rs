//! How progress adds up over the lines of a run.

use super::*;

fn info(parts: &[(&str, Option<u64>)]) -> Line {
    let part = |&(format, bytes): &(&str, Option<u64>)| Part { format: format.to_owned(), bytes };
    Line::Info {
        title: "T".to_owned(),
        duration: None,
        parts: parts.iter().map(part).collect(),
        post_live: false,
    }
}

fn loaded(format: &str, bytes: u64, total: Option<u64>) -> PartProgress {
    PartProgress { format: Some(format.to_owned()), bytes: Some(bytes), total, ..PartProgress::default() }
}

fn finished(format: &str, bytes: Option<u64>, total: u64) -> Line {
    Line::Progress(PartProgress { finished: true, bytes, ..loaded(format, 0, Some(total)) })
}

fn step(what: &str) -> Line {
    Line::Processing { what: what.to_owned(), finished: false }
}

#[test]
fn two_parts_are_counted_as_one() {
    let mut progress = VideoProgress::new();
    let mut seen = Vec::new();
    for line in [
        info(&[]),
        info(&[("137", Some(800)), ("140", Some(200))]),
        step("MetadataParser"),
        Line::Progress(loaded("137", 0, Some(800))),
        Line::Progress(PartProgress { speed: Some(100.0), ..loaded("137", 400, Some(800)) }),
        finished("137", Some(800), 800),
        Line::Progress(loaded("140", 0, Some(200))),
        Line::Progress(loaded("140", 100, Some(200))),
        finished("140", Some(200), 200),
        step("Merger"),
        Line::Processing { what: "Merger".to_owned(), finished: true },
        Line::File("/d/T.mp4".into()),
    ] {
        progress.take(&line);
        seen.push((progress.now().permille, progress.step().clone(), progress.now().eta));
    }
    let part = |part| Step::Downloading { part, of: 2 };
    let merging = Step::Processing("Merger".to_owned());
    assert_eq!(
        seen,
        [
            (None, Step::Starting, None),
            (None, Step::Starting, None),
            (None, Step::Starting, None),
            (Some(0), part(1), None),
            (Some(400), part(1), Some(6)),
            (Some(800), part(1), None),
            (Some(800), part(2), None),
            (Some(900), part(2), None),
            (Some(1000), part(2), None),
            (Some(1000), merging.clone(), None),
            (Some(1000), merging, None),
            (Some(1000), Step::Done, None),
        ]
    );
    assert_eq!((progress.bytes(), progress.total()), (1000, Some(1000)));
}

#[test]
fn a_resumed_run_begins_where_the_last_one_ended() {
    let mut progress = VideoProgress::new();
    progress.take(&info(&[("137", Some(800)), ("140", Some(200))]));
    assert!(!progress.has_begun());
    // The first part was complete: yt-dlp gives its size and no count.
    progress.take(&finished("137", None, 800));
    assert!(progress.has_begun());
    assert_eq!((progress.fraction(), progress.bytes()), (Some(0.8), 800));
    progress.take(&Line::Progress(loaded("140", 150, Some(200))));
    assert_eq!(progress.fraction(), Some(0.95));
}

#[test]
fn progress_never_decreases() {
    let mut progress = VideoProgress::new();
    progress.take(&info(&[("18", None)]));
    let estimated = |bytes, estimate| {
        Line::Progress(PartProgress { estimate: Some(estimate), eta: Some(7.0), ..loaded("18", bytes, None) })
    };
    let mut last = 0.0;
    for line in [
        estimated(500, 1000),
        // The estimate was too small, and then the size is known.
        estimated(1500, 3000),
        Line::Progress(loaded("18", 1600, Some(4000))),
        // The server did not resume.
        Line::Progress(loaded("18", 0, Some(4000))),
        Line::Progress(loaded("18", 3999, Some(4000))),
        finished("18", Some(4000), 4000),
    ] {
        progress.take(&line);
        let now = progress.fraction().unwrap();
        assert!(now >= last, "{now} after {last}");
        last = now;
    }
    assert_eq!(last, 1.0);
}

#[test]
fn if_a_size_is_unknown_there_is_no_fraction() {
    let mut progress = VideoProgress::new();
    progress.take(&info(&[("137", Some(800)), ("140", None)]));
    progress.take(&Line::Progress(PartProgress {
        speed: Some(10.0),
        eta: Some(4.0),
        ..loaded("137", 400, Some(800))
    }));
    let now = progress.now();
    assert_eq!((now.permille, now.bytes, now.total, now.speed, now.eta), (None, 400, None, Some(10), None));
    progress.take(&finished("137", Some(800), 800));
    progress.take(&Line::Progress(PartProgress { estimate: Some(200), ..loaded("140", 100, None) }));
    assert_eq!(progress.now().permille, Some(900));
}

#[test]
fn subtitles_and_unannounced_parts_do_no_harm() {
    let mut progress = VideoProgress::new();
    progress.take(&Line::Progress(PartProgress {
        finished: true,
        total: Some(5),
        ..PartProgress::default()
    }));
    assert!(!progress.has_begun() && progress.fraction().is_none());
    progress.take(&Line::Progress(loaded("22", 1, Some(4))));
    assert_eq!((progress.fraction(), progress.step()), (Some(0.25), &Step::Downloading { part: 1, of: 1 }));
    progress.take(&Line::Progress(loaded("22", 0, Some(0))));
    assert_eq!(progress.fraction(), Some(0.25));
}
