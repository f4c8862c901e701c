//! The wishes that wait for what a host's browser brings.

use crate::clock;
use crate::shelf::{Shelf, ShelfError, Wanted};
use potbridge_protocol::link::{FromLink, SessionBinding, Wish};
use potbridge_protocol::{Capture, FromHost, VideoId, Word};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What a session and its link share.
#[derive(Default)]
pub struct Wishes {
    waiting: Mutex<HashMap<Word, Waiting>>,
    counted: AtomicU64,
    /// Whether the user lets programs ask.
    asks: AtomicBool,
    /// When the browser last brought something: milliseconds since 1970.
    active_at: AtomicU64,
}

struct Waiting {
    wish: Wish,
    video_id: VideoId,
    since: u64,
    answer: Sender<FromLink>,
}

impl Wishes {
    /// Lets programs ask, or does not any more.
    pub fn let_ask(&self, on: bool) {
        self.asks.store(on, Ordering::Relaxed);
    }

    /// Whether programs may ask.
    #[must_use]
    pub fn asks(&self) -> bool {
        self.asks.load(Ordering::Relaxed)
    }

    /// When the browser last brought something: milliseconds since 1970, 0 where it did not yet.
    #[must_use]
    pub fn active_at(&self) -> u64 {
        self.active_at.load(Ordering::Relaxed)
    }

    /// Adds a wish for a video. Gives what the extension is to be told, and where the answer comes.
    pub fn add(&self, wish: Wish, video_id: VideoId, profile: &Word) -> (FromHost, Word, Receiver<FromLink>) {
        let number = self.counted.fetch_add(1, Ordering::Relaxed);
        let id = Word::new(&format!("wish-{number}")).unwrap_or_default();
        let is_ours = wish.rather_of.profile == *profile;
        let wanted = FromHost::Wanted {
            id: id.clone(),
            video_id: video_id.clone(),
            music: wish.music,
            container: wish.rather_of.container.clone().filter(|_| is_ours),
            asker: wish.asker.clone(),
            anew: wish.anew,
            within: wish.within,
        };
        let (answer, answers) = mpsc::channel();
        let waiting = Waiting { wish, video_id, since: clock::now_ms(), answer };
        self.lock().insert(id.clone(), waiting);
        (wanted, id, answers)
    }

    /// Nobody waits for this one any more.
    pub fn forget(&self, id: &Word) {
        self.lock().remove(id);
    }

    /// The browser brought something, and it is on the shelf: grants what can be granted.
    pub fn look(&self, shelf: &Shelf) {
        self.active_at.store(clock::now_ms(), Ordering::Relaxed);
        self.lock().retain(|_, waiting| match on_shelf(shelf, &waiting.wish, Some(&waiting.video_id)) {
            Ok(Some(capture)) if !waiting.wish.anew || capture.captured_at >= waiting.since => {
                // It fails where nobody waits any more.
                let _ = waiting.answer.send(FromLink::Granted { capture: Box::new(capture) });
                false
            }
            _ => true,
        });
    }

    /// The extension says why a wish cannot be granted.
    pub fn refuse(&self, id: &str, code: &Word, message: &str) {
        let Ok(id) = Word::new(id) else { return };
        let Some(waiting) = self.lock().remove(&id) else { return };
        let code = if code.as_str().is_empty() { "no-token" } else { code.as_str() }.to_owned();
        let message = message.chars().filter(|c| !c.is_control()).take(300).collect();
        let _ = waiting.answer.send(FromLink::Refused { code, message });
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Word, Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a shelf has for a wish. For a video: made for the kind of request that is wanted, else for another, where the
/// page did not say that tokens are not bound to their video. Without a video and a session, the newest.
///
/// # Errors
/// [`ShelfError`].
pub fn on_shelf(
    shelf: &Shelf,
    wish: &Wish,
    video_id: Option<&VideoId>,
) -> Result<Option<Capture>, ShelfError> {
    if let Some(binding) = &wish.of_session {
        let fits = |capture: &Capture| {
            is_of(capture, binding) && wish.context.is_none_or(|context| context == capture.context)
        };
        return Ok(shelf.all()?.into_iter().find(fits));
    }
    let wanted = |context| Wanted {
        video_id: video_id.cloned(),
        context,
        fresh: true,
        rather_of: Some(wish.rather_of.clone()),
    };
    let exact = shelf.newest(&wanted(wish.context))?;
    if exact.is_some() || wish.context.is_none() {
        return Ok(exact);
    }
    Ok(shelf.newest(&wanted(None))?.filter(|capture| capture.binding.content_bound != Some(false)))
}

/// Whether a token is bound to this session: the page said that tokens are not bound to their video, and the visitor is
/// the same. Accounts are not known: their ids are not kept.
fn is_of(capture: &Capture, binding: &SessionBinding) -> bool {
    use potbridge_protocol::VisitorData;
    let Some(visitor) = &capture.binding.visitor_data else { return false };
    capture.binding.content_bound == Some(false)
        && capture.session.logged_in != Some(true)
        && match binding {
            SessionBinding::VisitorData(data) => VisitorData::new(data).is_ok_and(|data| data == *visitor),
            SessionBinding::VisitorId(id) => visitor.visitor_id().as_deref() == Some(id.as_str()),
            SessionBinding::DataSyncId(_) => false,
        }
}
