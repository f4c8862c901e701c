use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// The entries of a playlist that YouTube shows at once.
const PAGE: usize = 100;

/// A playlist, as its page lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Playlist {
    /// In order; a video may stand there more than once
    pub entries: Vec<ListEntry>,
    /// The number of entries that a page shows; the others are asked for when somebody scrolls
    pub page: usize,
    /// Whether the entries begin again after the last one, without an end, as those of a mix do
    pub endless: bool,
    /// Why nobody is shown it
    pub hidden: Option<HiddenList>,
}

/// An entry of a playlist. A page hides those that are dead until it is told to show them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListEntry {
    /// A video, by its id
    Video(String),
    /// One that its owner has made private
    Private(String),
    /// One that its owner has deleted
    Deleted(String),
}

/// Why nobody is shown a playlist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HiddenList {
    /// Its owner alone may see it
    Private,
    /// There is none of that id
    Missing,
    /// It is a mix, which has no page of its own
    Unviewable,
}

impl Playlist {
    /// A playlist of these videos.
    #[must_use]
    pub fn of<Id: Into<String>>(videos: impl IntoIterator<Item = Id>) -> Self {
        let entries = videos.into_iter().map(|id| ListEntry::Video(id.into())).collect();
        Self { entries, page: PAGE, endless: false, hidden: None }
    }

    /// These entries, each with its place in the list.
    pub(crate) fn window(&self, first: usize, count: usize, dead_too: bool) -> Vec<(usize, &ListEntry)> {
        let shown: Vec<_> = self.entries.iter().filter(|entry| dead_too || entry.is_alive()).collect();
        let end = if self.endless { first + count } else { shown.len().min(first + count) };
        (first..end).filter_map(|place| Some((place, *shown.get(place % shown.len().max(1))?))).collect()
    }
}

impl ListEntry {
    /// The video's id.
    pub(crate) fn id(&self) -> &str {
        let (Self::Video(id) | Self::Private(id) | Self::Deleted(id)) = self;
        id
    }

    pub(crate) fn is_alive(&self) -> bool {
        matches!(self, Self::Video(_))
    }
}

impl HiddenList {
    /// What YouTube says.
    pub(crate) fn message(self) -> &'static str {
        match self {
            Self::Private => "The playlist is private.",
            Self::Missing => "The playlist does not exist.",
            Self::Unviewable => "This playlist type is unviewable.",
        }
    }
}

/// Whether a list's id is that of a mix. The lists `RDCLAK5uy_…` that the music site's editors make are ordinary.
pub(crate) fn is_mix(list_id: &str) -> bool {
    list_id.starts_with("RD") && !list_id.starts_with("RDCLAK5uy_")
}

/// The playlists that a test has set, by their ids. Every other one has all videos.
#[derive(Default)]
pub(crate) struct Playlists {
    set: Mutex<HashMap<String, Playlist>>,
}

impl Playlists {
    pub(crate) fn set(&self, list_id: &str, playlist: Playlist) {
        self.set.lock().unwrap_or_else(PoisonError::into_inner).insert(list_id.to_owned(), playlist);
    }

    pub(crate) fn find(&self, list_id: &str) -> Option<Playlist> {
        self.set.lock().unwrap_or_else(PoisonError::into_inner).get(list_id).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(playlist: &Playlist, first: usize, count: usize, dead_too: bool) -> String {
        let window = playlist.window(first, count, dead_too);
        window.into_iter().map(|(place, entry)| format!("{place}{} ", entry.id())).collect()
    }

    #[test]
    fn a_page_hides_what_is_dead_and_an_endless_list_begins_again() {
        let mut playlist = Playlist::of(["a", "b"]);
        playlist.entries.insert(1, ListEntry::Private("x".to_owned()));
        assert_eq!(ids(&playlist, 0, 9, false), "0a 1b ");
        assert_eq!(ids(&playlist, 1, 9, true), "1x 2b ");
        playlist.endless = true;
        assert_eq!(ids(&playlist, 1, 3, false), "1b 2a 3b ");
        assert_eq!(ids(&Playlist { endless: true, ..Playlist::of::<String>([]) }, 0, 3, false), "");
    }

    #[test]
    fn a_mix_is_known_by_its_id() {
        assert!(is_mix("RDdQw4w9WgXcQ") && is_mix("RDAMVMdQw4w9WgXcQ"));
        assert!(!is_mix("RDCLAK5uy_kmPRjHDECIcuVwnKsx2Ng7fyNgFKWNJFs") && !is_mix("PL0123456789abcdef"));
    }
}
