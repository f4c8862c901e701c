//! Tries one sink for the browser, as `potbridge sink test` does.

use super::shared::{Shared, failed};
use crate::config::Config;
use crate::delivery::Delivery;
use crate::error::Error;
use potbridge_protocol::{Code, FromHost, Problem, SinkReport};

/// The sink that the browser means, alone in the configuration. It names one that the configuration has, or nothing is done.
pub(super) fn only(config: Config, kind: &str, place: &str) -> Result<Config, Error> {
    let is_meant = |kind_here: &str, here: String| kind_here == kind && here == place;
    let sink = config.sinks.iter().find(|sink| is_meant(sink.sink.kind(), sink.sink.place())).cloned();
    let sink = sink.ok_or_else(|| {
        let problem = Problem::new(Code::SinkUnknown, "this place is not in the configuration any more");
        Error::Problem(problem.with_hint("look at the list of places again"))
    })?;
    Ok(Config { sinks: vec![sink], ..config })
}

/// The answer, which may take as long as the sink does.
pub(super) fn test(shared: &Shared, id: String, config: &Config) -> FromHost {
    match report(shared, config) {
        Ok(Some(sink)) => FromHost::SinkTested { id, sink },
        Ok(None) => failed(&Error::Problem(Problem::new(Code::SinkUnknown, "there is no such place")), id),
        Err(error) => failed(&error, id),
    }
}

fn report(shared: &Shared, config: &Config) -> Result<Option<SinkReport>, Error> {
    let store = shared.store(config)?;
    Ok(Delivery::new(store, &shared.dirs).check(config).into_iter().next())
}
