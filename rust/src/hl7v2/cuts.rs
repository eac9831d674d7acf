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

/// The messages of a cut; where they begin in the file; where what comes next begins in the stretch; and the start
/// there, with where what stands before it ends.
type Given<'py> = (Vec<Bound<'py, PyBytes>>, Vec<u64>, usize, Option<(usize, usize, [u8; 3])>);

/// Cuts `data` at the starts from `searched` up to, not including, `end`.
///
/// `begun` is where the message begins that `data` goes on with; none where that is something else, or is over the limit
/// of `keep` bytes already. `offset` is that of `data` in its file.
#[pyfunction]
pub fn cut_messages<'py>(
    data: &Bound<'py, PyByteArray>,
    begun: Option<usize>,
    searched: usize,
    end: usize,
    keep: usize,
    offset: u64,
) -> PyResult<Vec<Given<'py>>> {
    calmly(|| {
        // SAFETY: nothing of Python's runs while this is looked at.
        let cuts = find(unsafe { data.as_bytes() }, begun, searched, end, keep);
        Ok(cuts.into_iter().map(|cut| give(data, cut, offset)).collect())
    })
}

fn give<'py>(data: &Bound<'py, PyByteArray>, cut: Cut, offset: u64) -> Given<'py> {
    let messages = cut.spans.iter().map(|&(from, to)| {
        // SAFETY: as above; to copy some of it runs nothing of Python's either.
        PyBytes::new(data.py(), unsafe { &data.as_bytes()[from..to] })
    });
    let messages = messages.collect();
    let offsets = cut.spans.iter().map(|&(from, _)| offset + from as u64).collect();
    (messages, offsets, cut.end, cut.start.map(|start| (start.before, start.at, start.token)))
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
