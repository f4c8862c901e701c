//! ACL rules, as `ACL SETUSER` takes them.

/// The rule for one name: `~` for a key, `&` for a channel.
///
/// `* ? [ ] \` in a rule are a pattern's. A rule holds no space (Redis 7.0, `acl.c`), and redis-cli reads quotes. So `?`,
/// which is any one byte, stands for those.
pub(super) fn rule(kind: char, name: &str) -> String {
    let mut rule = String::from(kind);
    for char in name.chars() {
        match char {
            ' ' | '"' | '\'' => rule.push('?'),
            '*' | '?' | '[' | ']' | '\\' => rule.extend(['\\', char]),
            _ => rule.push(char),
        }
    }
    rule
}
