//! Short texts at the end of a buffer, without a call for each.

/// Adds a text. One of up to 32 bytes is copied as two pieces of a known length, which lie over each other.
#[inline(always)]
pub fn put(out: &mut Vec<u8>, text: &[u8]) {
    match text.len() {
        17..=32 => two_pieces::<16>(out, text),
        9..=16 => two_pieces::<8>(out, text),
        4..=8 => two_pieces::<4>(out, text),
        _ => out.extend_from_slice(text),
    }
}

#[inline(always)]
fn two_pieces<const N: usize>(out: &mut Vec<u8>, text: &[u8]) {
    if let (Some(first), Some(last)) = (text.first_chunk::<N>(), text.last_chunk::<N>()) {
        out.extend_from_slice(first);
        out.truncate(out.len() + text.len() - 2 * N);
        out.extend_from_slice(last);
    }
}
