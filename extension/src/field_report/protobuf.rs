//! The shape of a protobuf body: the numbers of its fields, their wire types and lengths.
//!
//! Only the streamer context is looked into, and the client in it. What another message holds is not known.

use super::{Lines, token};

/// How deep groups may be nested.
const MAX_DEPTH: u32 = 16;

/// Adds a line for each field. `None` if the bytes are no protobuf.
pub(super) fn add(bytes: &[u8], streamer_context: u64, lines: &mut Lines) -> Option<()> {
    message(bytes, "field", lines, &mut |number, inner, lines| {
        if number != streamer_context {
            return;
        }
        let path = format!("field {number}.");
        let looked = message(inner, &path, lines, &mut |number, inner, lines| match number {
            1 => {
                let _ = message(inner, &format!("{path}1."), lines, &mut |_, _, _| {});
            }
            2 => token(&format!("{path}2"), inner, lines),
            _ => {}
        });
        if looked.is_none() {
            lines.add(format!("{path} is no message"), None);
        }
    })
}

/// Hears of each field that holds bytes.
type OnBytes<'a> = &'a mut dyn FnMut(u64, &[u8], &mut Lines);

fn message(mut bytes: &[u8], path: &str, lines: &mut Lines, on_bytes: OnBytes<'_>) -> Option<()> {
    let mut depth = 0;
    while !bytes.is_empty() {
        let tag = varint(&mut bytes)?;
        let (number, wire_type) = (tag >> 3, tag & 7);
        let name = if path == "field" { format!("field {number}") } else { format!("{path}{number}") };
        let skipped = match wire_type {
            0 => {
                varint(&mut bytes)?;
                lines.add(format!("{name}: varint"), None);
                0
            }
            1 => {
                lines.add(format!("{name}: 8 bytes"), None);
                8
            }
            2 => {
                let length = usize::try_from(varint(&mut bytes)?).ok()?;
                let inner = bytes.get(..length)?;
                lines.add(format!("{name}: bytes"), Some(length));
                on_bytes(number, inner, lines);
                length
            }
            3 => {
                depth += 1;
                (depth <= MAX_DEPTH).then_some(0)?
            }
            4 => {
                depth = u32::checked_sub(depth, 1)?;
                0
            }
            5 => {
                lines.add(format!("{name}: 4 bytes"), None);
                4
            }
            _ => return None,
        };
        bytes = bytes.get(skipped..)?;
    }
    (depth == 0).then_some(())
}

fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for (at, byte) in bytes.iter().enumerate().take(10) {
        value |= u64::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            *bytes = &bytes[at + 1..];
            return Some(value);
        }
    }
    None
}
