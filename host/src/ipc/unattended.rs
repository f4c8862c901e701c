//! What is to be done about a failure in a browser that nobody looks at.

use potbridge_protocol::messages::ipc::IpcResponse;
use potbridge_protocol::{Code, Problem};

/// An answer of a browser that nobody looks at. Its hint is for whoever runs that browser, and not for a person before it.
pub(super) fn with_hint_for_nobody(answer: IpcResponse) -> IpcResponse {
    match answer {
        IpcResponse::Failed(problem) => IpcResponse::Failed(match hint(problem.code) {
            Some(hint) => Problem { hint: Some(hint.to_owned()), ..problem },
            None => problem,
        }),
        answer => answer,
    }
}

fn hint(code: Code) -> Option<&'static str> {
    match code {
        Code::LoginNeeded => {
            Some("log in with the profile of potbridge's own browser: `potbridge browser login`")
        }
        Code::NoToken => Some(
            "see what YouTube shows in that profile, such as a question about cookies: `potbridge browser login` opens \
             it in a window",
        ),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_told_to_do_something_in_the_browser() {
        let hinted = |code| {
            let said = Problem::new(code, "it does not play").with_hint("do it in the browser");
            let IpcResponse::Failed(problem) = with_hint_for_nobody(IpcResponse::Failed(said)) else {
                panic!()
            };
            assert_eq!((problem.code, problem.message.as_str()), (code, "it does not play"));
            problem.hint.unwrap()
        };
        for code in [Code::LoginNeeded, Code::NoToken] {
            assert!(hinted(code).contains("`potbridge browser login`"), "{code:?}");
        }
        assert_eq!(hinted(Code::TooMany), "do it in the browser");
    }
}
