//! What a request says.

use potbridge_protocol::{Client, Cpn, NotAToken, PoToken, VideoId, VisitorData};

/// What one request says of a token and its playback, each part checked. A part of an odd shape counts as left out.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct RequestFields {
    /// `None` where no token is there, or an empty one.
    pub(crate) token: Option<Result<PoToken, NotAToken>>,
    pub(crate) client: Option<Client>,
    pub(crate) video_id: Option<VideoId>,
    pub(crate) visitor_data: Option<VisitorData>,
    pub(crate) cpn: Option<Cpn>,
}

/// What stands where a token should be; `None` where that is nothing.
pub(crate) fn token(found: Result<PoToken, NotAToken>) -> Option<Result<PoToken, NotAToken>> {
    (found != Err(NotAToken::Empty)).then_some(found)
}

/// The client, where its name is one.
pub(crate) fn client(name: Option<&str>, version: Option<&str>) -> Option<Client> {
    Client::new(name?, version).ok()
}

/// The playback, where it is one.
pub(crate) fn cpn(text: Option<&str>) -> Option<Cpn> {
    Cpn::new(text?).ok()
}

/// The video, where it is one.
pub(crate) fn video_id(text: Option<&str>) -> Option<VideoId> {
    VideoId::new(text?).ok()
}
