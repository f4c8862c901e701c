//! Where lines end, and blanks.

/// Without the blanks at the end.
pub(crate) fn trim_blanks(bytes: &[u8]) -> &[u8] {
    let length = bytes.iter().rposition(|&byte| !is_blank(byte)).map_or(0, |last| last + 1);
    &bytes[..length]
}

/// The first place from `from` on that is no blank.
pub(crate) fn skip_blanks(text: &[u8], from: usize) -> usize {
    text[from..].iter().position(|&byte| !is_blank(byte)).map_or(text.len(), |length| from + length)
}

/// Where the line of `from` ends, before its line end.
pub(crate) fn line_end(text: &[u8], from: usize) -> usize {
    text[from..].iter().position(|&byte| is_line_end(byte)).map_or(text.len(), |length| from + length)
}

/// Where the next line begins.
pub(crate) fn next_line(text: &[u8], from: usize) -> usize {
    let end = line_end(text, from);
    match text[end..] {
        [b'\r', b'\n', ..] => end + 2,
        [_, ..] => end + 1,
        [] => end,
    }
}

/// A space, a tab, or what shells and C take for one.
pub(crate) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | 0x0b | 0x0c)
}

/// A line feed or a carriage return.
pub(crate) fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}
