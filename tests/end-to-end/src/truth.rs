//! What the stand-in knows of its tokens, against what potbridge says of them.

use crate::trial::{LIMIT, Trial};
use crate::watch;
use potbridge_stand_in::{Received, Scenario, video_of_token};
use serde_json::{Value, json};

impl Trial {
    /// What `potbridge get --json` gives for a video, if it is a token of that video.
    #[must_use]
    pub fn token_of(&self, video: &str) -> Option<Value> {
        let output = self.potbridge(&["get", "--json", "--video", video]);
        let found: Value = serde_json::from_slice(&output.stdout).ok()?;
        (found["video_id"] == *video).then_some(found)
    }

    /// Waits until `potbridge get --context` gives a wanted token of a video.
    #[track_caller]
    pub fn wait_for_token_of_context(
        &self,
        video: &str,
        context: &str,
        wanted: impl Fn(&Value) -> bool,
    ) -> Value {
        let get = || {
            let output = self.potbridge(&["get", "--json", "--video", video, "--context", context]);
            serde_json::from_slice(&output.stdout).ok().filter(|found| wanted(found))
        };
        let found = watch::wait_in(&self.install.state(), LIMIT, get);
        found.unwrap_or_else(|_| panic!("no such token of {video} for {context}"))
    }

    /// Waits until the token of a request is named for its true video, with this certainty.
    #[track_caller]
    pub fn wait_for_name(&self, request: &Received, certainty: &str) -> Value {
        let token = request.po_token.as_deref().expect("the request carries a token");
        let video = video_of_token(token).expect("the token is bound to a video");
        self.wait_for_token(&video, |found| {
            found["token"] == *token && found["video_id"] == *video && found["certainty"] == *certainty
        })
    }

    /// Checks that no token is named for a video that it was not made for.
    ///
    /// # Panics
    /// If one is.
    #[track_caller]
    pub fn assert_no_wrong_name(&self, scenario: &Scenario) {
        let ad = scenario.ad.iter().map(|ad| &ad.video);
        for video in scenario.videos.iter().chain(ad) {
            let Some(mut found) = self.token_of(&video.id) else { continue };
            let truth = found["token"].as_str().and_then(video_of_token);
            found["token"] = Value::Null;
            assert_eq!(json!(truth), json!(video.id), "a token is named for another video: {found}");
        }
    }
}
