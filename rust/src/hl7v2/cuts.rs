//! A stretch of a file cut into messages, as far as they are usual: `readers/hl7v2/frames.py`.

use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyBytes};

use crate::calm::calmly;
use crate::hl7v2::starts::{BETWEEN, Start, Starts};

/// Messages that follow one another, and the start behind them that is no usual message's end.
#[derive(Default)]
struct Cut {
    /// Where each begins and ends, and where the next one begins.
    spans: Vec<(usize, usize)>,
    end: usize,
    start: Option<Start>,
}

/// The messages of a cut with what stands between them; where each begins in that, and how long it is; where the first one
/// begins in `data`, and what comes next; and the start there, with where what stands before it ends.
type Given<'py> = (Bound<'py, PyBytes>, Vec<usize>, Vec<usize>, usize, usize, Option<(usize, usize, [u8; 3])>);

/// Cuts `data` at the starts from `searched` up to, not including, `end`.
///
/// `begun` is where the message begins that `data` goes on with; none where that is something else, or is over the limit
/// of `keep` bytes already.
#[pyfunction]
pub fn cut_messages<'py>(
    data: &Bound<'py, PyByteArray>,
    begun: Option<usize>,
    searched: usize,
    end: usize,
    keep: usize,
) -> PyResult<Vec<Given<'py>>> {
    calmly(|| {
        // SAFETY: nothing of Python's runs while this is looked at.
        let cuts = find(unsafe { data.as_bytes() }, begun, searched, end, keep);
        Ok(cuts.into_iter().map(|cut| give(data, cut)).collect())
    })
}

fn give<'py>(data: &Bound<'py, PyByteArray>, cut: Cut) -> Given<'py> {
    let first = cut.spans.first().map_or(0, |&(from, _)| from);
    let last = cut.spans.last().map_or(0, |&(_, to)| to);
    // SAFETY: as above; to copy some of it runs nothing of Python's either.
    let stretch = PyBytes::new(data.py(), unsafe { &data.as_bytes()[first..last] });
    let starts = cut.spans.iter().map(|&(from, _)| from - first).collect();
    let lengths = cut.spans.iter().map(|&(from, to)| to - from).collect();
    (stretch, starts, lengths, first, cut.end, cut.start.map(|start| (start.before, start.at, start.token)))
}

fn find(data: &[u8], mut begun: Option<usize>, searched: usize, end: usize, keep: usize) -> Vec<Cut> {
    let mut cuts = Vec::new();
    let mut cut = Cut::default();
    let behind = searched.saturating_sub(BEHIND);
    for start in Starts::new(&data[..data.len().min(end + 3)], behind) {
        if !(searched..end).contains(&start.at) {
            continue;
        }
        let is_message = start.token == *b"MSH";
        if is_message && let Some(from) = begun {
            let text = trimmed(&data[from..start.before]);
            if text <= keep {
                cut.spans.push((from, from + text));
                cut.end = start.at;
                begun = Some(start.at);
                continue;
            }
        }
        cut.start = Some(start);
        cuts.push(std::mem::take(&mut cut));
        begun = is_message.then_some(start.at);
    }
    if !cut.spans.is_empty() {
        cuts.push(cut);
    }
    cuts
}

/// A line end and a byte order mark.
const BEHIND: usize = 4;

/// How long a message is without what stands behind it.
fn trimmed(data: &[u8]) -> usize {
    data.iter().rposition(|byte| !BETWEEN.contains(byte)).map_or(0, |last| last + 1)
}
