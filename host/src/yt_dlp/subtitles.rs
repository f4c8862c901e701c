//! Subtitles that yt-dlp could not load, by what it printed.

use super::printed::Printed;

/// What yt-dlp says before the language, which stands in quotes, and the reason (2026.10.26, `_write_subtitles`).
const BEFORE: &str = "Unable to download video subtitles for ";

/// Languages beyond these are only counted.
const MOST_LANGUAGES: usize = 10;

/// Says in words which subtitles are missing and why; `None` if none are.
#[must_use]
pub fn missing(printed: &Printed) -> Option<String> {
    let mut reasons: Vec<(String, Vec<&str>)> = Vec::new();
    for (language, reason) in printed.warnings().chain(printed.errors()).filter_map(read) {
        match reasons.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, languages)) if languages.contains(&language) => {}
            Some((_, languages)) => languages.push(language),
            None => reasons.push((reason, vec![language])),
        }
    }
    let in_words = |(reason, languages): &(String, Vec<&str>)| {
        let more = languages.len().saturating_sub(MOST_LANGUAGES);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!("{}{more} ({reason})", languages[..languages.len().min(MOST_LANGUAGES)].join(", "))
    };
    (!reasons.is_empty()).then(|| reasons.iter().map(in_words).collect::<Vec<_>>().join("; "))
}

/// The language and the reason in a warning or an error.
fn read(line: &str) -> Option<(&str, String)> {
    let said = line.strip_prefix("WARNING:").or_else(|| line.strip_prefix("ERROR:"))?;
    let (_, said) = said.split_once(BEFORE)?;
    let (language, reason) = said.split_once(": ")?;
    let reason = reason.split(" (caused by ").next().unwrap_or(reason).trim_start_matches("ERROR: ");
    let short: String = reason.trim_end_matches('.').chars().take(200).collect();
    Some((language.trim_matches(['\'', '"']), short))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(lines: &[&str]) -> Printed {
        lines.iter().copied().collect()
    }

    #[test]
    fn the_languages_are_named_with_their_reasons() {
        let said = missing(&printed(&[
            "WARNING: Unable to download video subtitles for 'de': HTTP Error 429: Too Many Requests",
            "[info] x",
            "WARNING: [youtube] Unable to download video subtitles for 'fr': HTTP Error 404: Not Found (caused by <HTTPError>)",
            "WARNING: Unable to download video subtitles for 'zh-Hans': HTTP Error 429: Too Many Requests",
            "WARNING: Unable to download video subtitles for 'de': HTTP Error 429: Too Many Requests",
            "ERROR: Unable to download video subtitles for 'es': HTTP Error 404: Not Found",
        ]));
        let mut parts: Vec<_> = said.as_deref().unwrap().split("; ").collect();
        parts.sort_unstable();
        assert_eq!(
            parts,
            ["fr, es (HTTP Error 404: Not Found)", "zh-Hans, de (HTTP Error 429: Too Many Requests)"]
        );
        let nothing = ["WARNING: something else", "Unable to download video subtitles for 'x': y"];
        assert_eq!(missing(&printed(&nothing)), None);
        let many: Printed =
            (0..12).map(|number| format!("WARNING: {BEFORE}'l{number}': HTTP Error 429")).collect();
        assert!(missing(&many).unwrap().ends_with("l8, l9 and 2 more (HTTP Error 429)"));
    }
}
