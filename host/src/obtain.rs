//! A token for a wish: off the shelf, and where that has none, from a browser that is asked.

use crate::config::Config;
use crate::error::Error;
use crate::folders::Folders;
use crate::link::ask::{Refusal, ask};
use crate::link::wishes::on_shelf;
use crate::shelf::{Shelf, Wanted};
use potbridge_protocol::Capture;
use potbridge_protocol::link::{SessionBinding, Wish};

/// Why there is none.
#[derive(Debug, thiserror::Error)]
pub enum NotObtained {
    /// The shelf has none, and no browser is connected.
    #[error(
        "there is no token {0}, and no browser is connected that could be asked: open the browser that has the extension, or play the video in it"
    )]
    NoBrowser(String),
    /// A browser was asked, and brought none.
    #[error("there is no token {wanted}: {message}")]
    Refused {
        /// What was wanted.
        wanted: String,
        /// Why, for programs.
        code: String,
        /// Why, for people.
        message: String,
    },
    /// A token bound to an account was wanted.
    #[error(
        "a token bound to an account was asked for, and potbridge does not keep whose account a token is of: log out, or ask for one of a video"
    )]
    OfAccount,
    /// The configuration or the shelf.
    #[error(transparent)]
    Broken(#[from] Error),
}

impl NotObtained {
    /// The reason alone, where what was wanted is said already.
    #[must_use]
    pub fn why(&self) -> String {
        match self {
            Self::NoBrowser(_) => "no browser is connected whose extension could be asked. Open the browser, or play the video in it, and start again.".to_owned(),
            Self::Refused { message, .. } => message.clone(),
            other => other.to_string(),
        }
    }
}

/// Gives a token for a wish, within the time that it has.
///
/// # Errors
/// [`NotObtained`], in words.
pub fn obtain(wish: &Wish, folders: &Folders) -> Result<Capture, NotObtained> {
    if matches!(wish.of_session, Some(SessionBinding::DataSyncId(_))) {
        return Err(NotObtained::OfAccount);
    }
    let config = Config::load(&folders.config).map_err(Error::from)?;
    // Inside the browser's host the shelf is asked over the link.
    let readable = !wish.anew && !config.shelf.is_in_memory();
    let shelf = readable.then(|| Shelf::open(&config.shelf, folders)).transpose().map_err(Error::from)?;
    if let Some(shelf) = &shelf
        && let Some(capture) = on_shelf(shelf, wish, wish.video_id.as_ref()).map_err(Error::from)?
    {
        return Ok(capture);
    }
    // Without time nobody can be asked; but a shelf inside a host can be.
    let no_time = wish.within == 0 && !config.shelf.is_in_memory();
    let refusal = match if no_time { Err(Refusal::NoBrowser) } else { ask(wish, folders) } {
        Ok(capture) => return Ok(capture),
        Err(refusal) => refusal,
    };
    // Not fresh, and better than none.
    if let (Some(shelf), Some(video_id)) = (&shelf, &wish.video_id) {
        let wanted = Wanted { video_id: Some(video_id.clone()), context: wish.context, ..Wanted::default() };
        if let Some(capture) = shelf.newest(&wanted).map_err(Error::from)? {
            return Ok(capture);
        }
    }
    Err(match refusal {
        Refusal::NoBrowser => NotObtained::NoBrowser(wanted(wish)),
        Refusal::Said { code, message } => NotObtained::Refused { wanted: wanted(wish), code, message },
    })
}

fn wanted(wish: &Wish) -> String {
    match (&wish.video_id, &wish.of_session) {
        (Some(video_id), _) => format!("for the video {video_id}"),
        (None, Some(_)) => "of this session".to_owned(),
        (None, None) => "on the shelf".to_owned(),
    }
}
