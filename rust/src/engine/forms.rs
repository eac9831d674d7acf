//! Leaves whose regular texts need no call, as `engine/columns/native.py` and `moments.py` know them.
//!
//! What is not regular here goes to the scalar step and the scalar check.

use crate::engine::put::put;
use crate::json::quote;

/// What a leaf makes of regular text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Text of string and markdown, of one line or several.
    Text,
    /// Text of code and uri, as it is: no spaces.
    Word,
    /// Days as days; times too, by their day.
    Cut,
    /// Days as days.
    Days,
    /// Days as days, times as times.
    DaysAndMoments,
    /// Times as times.
    Moments,
    /// Decimals as they are.
    Decimal,
}

const LONG: usize = 100_000;
/// Characters of a decimal that is regular.
const DIGITS: usize = 20;

impl Form {
    /// The form of a primitive over a plain text.
    pub fn of_text(kind: &str) -> Option<Self> {
        match kind {
            "string" | "markdown" => Some(Self::Text),
            "code" | "uri" | "url" | "canonical" => Some(Self::Word),
            "decimal" => Some(Self::Decimal),
            _ => None,
        }
    }

    /// The form of a primitive of a type over a step without arguments.
    pub fn of_step(step: &str, kind: &str) -> Option<Self> {
        match (step, kind) {
            ("date", "date" | "dateTime") => Some(Self::Cut),
            ("dateTime", "date") => Some(Self::Days),
            ("dateTime", "dateTime") => Some(Self::DaysAndMoments),
            ("instant", "dateTime" | "instant") => Some(Self::Moments),
            ("decimal", "decimal") => Some(Self::Decimal),
            _ => None,
        }
    }

    /// Writes a regular text as JSON; false, and nothing written, where it is not regular.
    pub fn write(self, text: &str, out: &mut Vec<u8>) -> bool {
        match self {
            Self::Text => text_or_lines(text, out),
            Self::Word => as_it_is(text, true, out),
            Self::Days => day(text, out),
            Self::Cut => day(text, out) || moment(text, true, out),
            Self::DaysAndMoments => day(text, out) || moment(text, false, out),
            Self::Moments => moment(text, false, out),
            Self::Decimal => decimal(text, out),
        }
    }
}

/// Text that stands in the JSON as it is, or with its quotes, backslashes and ends of lines escaped.
fn text_or_lines(text: &str, out: &mut Vec<u8>) -> bool {
    as_it_is(text, false, out) || lines(text, out)
}

/// Text of several lines, or with what JSON escapes.
fn lines(text: &str, out: &mut Vec<u8>) -> bool {
    let bytes = text.as_bytes();
    let is_regular = is_framed(bytes)
        && bytes.iter().all(|&byte| (byte >= 0x20 && byte != 0x7f) || matches!(byte, b'\t' | b'\n' | b'\r'))
        && (text.is_ascii() || !text.chars().any(is_unsafe));
    if is_regular {
        quote(text, out);
    }
    is_regular
}

fn as_it_is(text: &str, strict: bool, out: &mut Vec<u8>) -> bool {
    let bytes = text.as_bytes();
    let is_odd = |byte: u8| byte < 0x20 || matches!(byte, b'"' | b'\\' | 0x7f) || (strict && byte == b' ');
    let is_regular = is_framed(bytes)
        && (is_plain(bytes, if strict { b' ' } else { b'"' })
            || !(bytes.iter().any(|&byte| is_odd(byte)) || text.chars().any(is_unsafe)));
    if is_regular {
        quoted(bytes, out);
    }
    is_regular
}

/// Whether text has nothing but letters of ASCII, without quotes, backslashes and one letter more: told eight at a time.
fn is_plain(bytes: &[u8], without: u8) -> bool {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const TOPS: u64 = ONES << 7;
    let has =
        |word: u64, byte: u8| (word ^ (ONES * u64::from(byte))).wrapping_sub(ONES) & !(word ^ (ONES * u64::from(byte)));
    let odd = |word: u64| {
        let control = word.wrapping_sub(ONES * 0x20) & !word;
        (word | control | has(word, b'"') | has(word, b'\\') | has(word, 0x7f) | has(word, without)) & TOPS
    };
    let Some(last) = bytes.last_chunk::<8>() else {
        let mut word = [b'-'; 8];
        word[..bytes.len()].copy_from_slice(bytes);
        return odd(u64::from_ne_bytes(word)) == 0;
    };
    let mut words = bytes.chunks_exact(8).map(|word| word.first_chunk::<8>().expect("it has so many"));
    odd(u64::from_ne_bytes(*last)) == 0 && words.all(|&word| odd(u64::from_ne_bytes(word)) == 0)
}

/// Whether text begins and ends with something to see, and is not too long.
fn is_framed(bytes: &[u8]) -> bool {
    let is_seen = |byte: Option<&u8>| byte.is_some_and(|&byte| byte > b' ');
    is_seen(bytes.first()) && is_seen(bytes.last()) && bytes.len() <= LONG
}

/// `-1.50`: no leading zeros, no exponent, not longer than any number type reads.
fn decimal(text: &str, out: &mut Vec<u8>) -> bool {
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
    let digits = whole.strip_prefix('-').unwrap_or(whole);
    let are_digits = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let known = text.len() <= DIGITS
        && are_digits(digits)
        && (digits.len() == 1 || !digits.starts_with('0'))
        && fraction.is_none_or(are_digits);
    if known {
        out.extend_from_slice(text.as_bytes());
    }
    known
}

fn is_unsafe(letter: char) -> bool {
    matches!(letter, '\u{80}'..='\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200f}' | '\u{2028}'..='\u{202f}'
        | '\u{205f}'..='\u{206f}' | '\u{3000}' | '\u{feff}' | '\u{fff9}'..='\u{ffff}')
}

fn quoted(bytes: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    put(out, bytes);
    out.push(b'"');
}

/// Two digits at a place.
fn two(bytes: &[u8], at: usize) -> Option<u8> {
    let (&tens, &ones) = (bytes.get(at)?, bytes.get(at + 1)?);
    (tens.is_ascii_digit() && ones.is_ascii_digit()).then(|| (tens - b'0') * 10 + (ones - b'0'))
}

fn between(found: Option<u8>, least: u8, most: u8) -> bool {
    found.is_some_and(|number| (least..=most).contains(&number))
}

/// Whether a year, a month and a day are one of the calendar. 29 February is for the scalar step.
fn is_day(bytes: &[u8], month: usize, day: usize) -> bool {
    let (Some(high), Some(low)) = (two(bytes, 0), two(bytes, 2)) else {
        return false;
    };
    let most = match two(bytes, month) {
        Some(1 | 3 | 5 | 7 | 8 | 10 | 12) => 31,
        Some(4 | 6 | 9 | 11) => 30,
        Some(2) => 28,
        _ => return false,
    };
    (high > 0 || low > 0) && between(two(bytes, day), 1, most)
}

fn is_iso_day(bytes: &[u8]) -> bool {
    bytes.len() >= 10 && bytes[4] == b'-' && bytes[7] == b'-' && is_day(bytes, 5, 8)
}

fn write_day(bytes: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(&bytes[..4]);
    out.push(b'-');
    out.extend_from_slice(&bytes[4..6]);
    out.push(b'-');
    out.extend_from_slice(&bytes[6..8]);
}

fn day(text: &str, out: &mut Vec<u8>) -> bool {
    let bytes = text.as_bytes();
    if bytes.len() == 8 && is_day(bytes, 4, 6) {
        out.push(b'"');
        write_day(bytes, out);
        out.push(b'"');
        return true;
    }
    let iso = bytes.len() == 10 && is_iso_day(bytes);
    if iso {
        quoted(bytes, out);
    }
    iso
}

/// The end of an optional fraction that begins at a place.
fn fraction(bytes: &[u8], at: usize) -> usize {
    if bytes.get(at) != Some(&b'.') {
        return at;
    }
    let digits = bytes[at + 1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 0 { at } else { at + 1 + digits }
}

fn is_sign(byte: Option<&u8>) -> bool {
    matches!(byte, Some(b'+' | b'-'))
}

fn moment(text: &str, cut: bool, out: &mut Vec<u8>) -> bool {
    let bytes = text.as_bytes();
    compact_moment(bytes, cut, out) || iso_moment(bytes, cut, out)
}

/// `20240904183325.123+0100`.
fn compact_moment(bytes: &[u8], cut: bool, out: &mut Vec<u8>) -> bool {
    if bytes.len() < 19 || !is_day(bytes, 4, 6) {
        return false;
    }
    let zone = fraction(bytes, 14);
    let known = between(two(bytes, 8), 0, 23)
        && between(two(bytes, 10), 0, 59)
        && between(two(bytes, 12), 0, 59)
        && bytes.len() == zone + 5
        && is_sign(bytes.get(zone))
        && between(two(bytes, zone + 1), 0, 13)
        && between(two(bytes, zone + 3), 0, 59);
    if !known {
        return false;
    }
    out.push(b'"');
    write_day(bytes, out);
    if !cut {
        out.push(b'T');
        out.extend_from_slice(&bytes[8..10]);
        out.push(b':');
        out.extend_from_slice(&bytes[10..12]);
        out.push(b':');
        out.extend_from_slice(&bytes[12..zone + 3]);
        out.push(b':');
        out.extend_from_slice(&bytes[zone + 3..]);
    }
    out.push(b'"');
    true
}

/// `2024-09-04T18:33:25.123+01:00`.
fn iso_moment(bytes: &[u8], cut: bool, out: &mut Vec<u8>) -> bool {
    if bytes.len() < 20 || !is_iso_day(bytes) || bytes[10] != b'T' || bytes[13] != b':' || bytes[16] != b':' {
        return false;
    }
    let zone = fraction(bytes, 19);
    let clock = between(two(bytes, 11), 0, 23) && between(two(bytes, 14), 0, 59) && between(two(bytes, 17), 0, 59);
    let utc = &bytes[zone..] == b"Z";
    let offset = bytes.len() == zone + 6
        && is_sign(bytes.get(zone))
        && bytes[zone + 3] == b':'
        && between(two(bytes, zone + 1), 0, 13)
        && between(two(bytes, zone + 4), 0, 59);
    let known = clock && (utc || offset);
    if known {
        quoted(if cut { &bytes[..10] } else { bytes }, out);
    }
    known
}
