//! The ladder of a video's download: which step comes after those that failed, and what is told if all of them did.

use potbridge_protocol::{Code, Problem};
use std::cmp::Reverse;

/// A way of fetching a video.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The video's token, with the client that sends it.
    Token,
    /// A new token, after the first one was refused.
    NewToken,
    /// Clients that need no token, without a login.
    WithoutToken,
    /// The clients that yt-dlp chooses by itself.
    Defaults,
}

/// The order of the steps.
pub(super) type Order = [Step; 4];

/// The order if nothing is known.
pub(super) const USUAL: Order = [Step::Token, Step::NewToken, Step::WithoutToken, Step::Defaults];

/// The order if another video of the download showed that the client of the token is of no use here.
///
/// That may not hold for every video, so the token is only put off.
pub(super) const TOKEN_LATER: Order = [Step::WithoutToken, Step::Token, Step::NewToken, Step::Defaults];

/// The order if the configuration chooses clients of which not all take a token. They are those of the last step.
pub(super) const CHOSEN_FIRST: Order = [Step::Defaults, Step::Token, Step::NewToken, Step::WithoutToken];

/// How far up the ladder a video is.
pub(super) struct Ladder {
    order: Order,
    has_cookies: bool,
    failed: Vec<(Step, Problem)>,
}

impl Ladder {
    /// The ladder of a video of which nothing was tried. `has_cookies` is whether yt-dlp can log in.
    pub(super) fn new(order: Order, has_cookies: bool) -> Self {
        Self { order, has_cookies, failed: Vec::new() }
    }

    /// The next step that may help after all that failed.
    pub(super) fn next(&self) -> Option<Step> {
        let tried = |step| self.failed.iter().any(|(tried, _)| *tried == step);
        let said = |code| self.failed.iter().filter(|(_, problem)| problem.code == code).count();
        let settles = |code| is_of_viewer(code) || code == Code::YoutubeTrouble;
        if self.failed.iter().any(|(_, problem)| settles(problem.code) && said(problem.code) > 1) {
            return None;
        }
        let may_help = |step| self.failed.iter().all(|(of, problem)| self.may_mend(step, *of, problem.code));
        self.order
            .into_iter()
            .filter(|step| !tried(*step) && (*step != Step::NewToken || tried(Step::Token)))
            .find(|step| may_help(*step))
    }

    /// Notes that a step failed.
    pub(super) fn fail(&mut self, step: Step, problem: Problem) {
        self.failed.push((step, problem));
    }

    /// Whether nothing was tried before.
    pub(super) fn is_new(&self) -> bool {
        self.failed.is_empty()
    }

    /// How a step failed.
    pub(super) fn failure_of(&self, step: Step) -> Option<&Problem> {
        self.failed.iter().find(|(of, _)| *of == step).map(|(_, problem)| problem)
    }

    /// The failure that says most, if a step failed.
    pub(super) fn reason(&self) -> Option<&Problem> {
        self.worst().map(|(_, problem)| problem)
    }

    /// The failure that says most, with the others in short.
    pub(super) fn problem(&self) -> Option<Problem> {
        let (worst, problem) = self.worst()?;
        let mut told = problem.clone();
        for (step, problem) in &self.failed {
            // A new token's failure says what became of the first one.
            let is_told = step == worst
                || (*step == Step::Token && self.failed.iter().any(|(step, _)| *step == Step::NewToken))
                || told.message.contains(&problem.message);
            if !is_told {
                told.message = format!("{} {}{}", sentence(&told.message), step.lead(), problem.message);
            }
        }
        Some(told)
    }

    fn worst(&self) -> Option<&(Step, Problem)> {
        // Other clients are refused media, or offered none, if YouTube wants a token.
        let misses_token = |code: Code| code.blames_token() || code == Code::NothingUsable;
        let wants_token =
            self.failed.iter().any(|(step, problem)| !step.has_token() && misses_token(problem.code));
        // Of equals that of a token, since it came from the client that was meant to do it; of those the later one.
        let weight = |(step, problem): &&(Step, Problem)| match problem.code {
            // That there is none tells why nothing came only if a token was missed.
            Code::NoToken if !wants_token => 0,
            code => weight(*step, code),
        };
        self.failed.iter().rev().min_by_key(|failed| {
            let later = matches!(failed.0, Step::WithoutToken | Step::Defaults);
            (Reverse(weight(failed)), later)
        })
    }

    /// Whether a step may succeed although another one failed so.
    fn may_mend(&self, step: Step, of: Step, code: Code) -> bool {
        let is_signed_out = of == Step::WithoutToken;
        match (step, code) {
            (Step::NewToken, _) if of == Step::Token => code.blames_token(),
            // What the account may see, nobody may see who is not logged in.
            (Step::Token | Step::NewToken | Step::Defaults, _) if is_signed_out && is_of_viewer(code) => {
                self.has_cookies
            }
            // The clients that yt-dlp asks with cookies are other ones.
            (Step::Defaults, Code::AgeRestricted | Code::BotCheck) => self.has_cookies,
            // They have the same cookies and the same runtime. Without that one yt-dlp's own choice is one that was asked.
            (Step::Token | Step::NewToken | Step::Defaults, Code::CookiesRotated | Code::NoJsRuntime) => {
                false
            }
            (Step::Defaults, Code::NetworkRestricted) => false,
            // The network of a school or a company restricts what its accounts see.
            (Step::WithoutToken, Code::NetworkRestricted) => self.has_cookies,
            _ => code.may_help_without_token(),
        }
    }
}

impl Step {
    /// Whether it shows YouTube a token and blames it for a refusal.
    pub(super) fn has_token(self) -> bool {
        matches!(self, Self::Token | Self::NewToken)
    }

    /// Why it does not work in the folder of the steps with a token, in the name of its own folder.
    pub(super) fn apart(self) -> Option<&'static str> {
        match self {
            Self::Token | Self::NewToken => None,
            Self::WithoutToken => Some("without-token"),
            Self::Defaults => Some("defaults"),
        }
    }

    /// What is tried, for the log.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Token => "with a token",
            Self::NewToken => "with a new token",
            Self::WithoutToken => "without a token and without cookies",
            Self::Defaults => "with the clients that yt-dlp chooses",
        }
    }

    /// What stands before its failure in a message.
    fn lead(self) -> &'static str {
        match self {
            Self::Token | Self::NewToken => "With a token: ",
            Self::WithoutToken => "Without a token: ",
            Self::Defaults => "In yt-dlp's own way: ",
        }
    }
}

/// Whether the failure can depend on who is logged in.
fn is_of_viewer(code: Code) -> bool {
    matches!(
        code,
        Code::PrivateVideo
            | Code::MembersOnly
            | Code::PremiumOnly
            | Code::AgeRestricted
            | Code::BotCheck
            | Code::NotAvailable
    )
}

/// How much a failure tells a person: what the video or this machine lacks before what a single step lacks.
fn weight(step: Step, code: Code) -> u8 {
    match code {
        // Clients without a token are refused whenever YouTube wants one.
        code if !step.has_token() && code.blames_token() => 0,
        // yt-dlp warns of a missing runtime whenever it chooses the clients.
        Code::NoJsRuntime if step == Step::Defaults => 0,
        Code::SabrOnly if !step.has_token() => 1,
        Code::NothingUsable | Code::YtDlpFailed => 2,
        code if code.blames_token() || code == Code::NoToken => 3,
        // One client may be refused alone.
        Code::SabrOnly
        | Code::SessionMissing
        | Code::NoJsRuntime
        | Code::YoutubeTrouble
        | Code::AddressRefused => 4,
        _ => 5,
    }
}

/// A message with its full stop, so that another sentence can follow.
pub(super) fn sentence(message: &str) -> String {
    let stop = if message.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{message}{stop}")
}

#[cfg(test)]
mod tests;
