//! One id built twice within a record: what `engine/merge.py` does, where it does not take the contents apart.

use hashbrown::HashMap;
use pyo3::prelude::*;

use crate::engine::made::Made;
use crate::engine::plan::{Identity, Merge};

/// A resource: the place of its rule among those of its type, and its row there.
type Spot = (usize, usize);

/// Leaves one resource of each id of a record, of all that the rules of one type built. Gives what clashes, as record and
/// rule. `settled` is asked where contents are to be united, or cannot be: for rule and text of each, it gives the text,
/// and the rules of those that clash.
pub fn settle(
    made: &mut [PyRefMut<'_, Made>],
    rules: &[Identity],
    settled: &Bound<'_, PyAny>,
) -> PyResult<Vec<(u32, usize)>> {
    let mut gone: Vec<Spot> = Vec::new();
    let mut changed: Vec<(Spot, String)> = Vec::new();
    let mut clashes = Vec::new();
    for group in repeats(made, rules) {
        let text = |&(place, row): &Spot| made[place].text(row);
        let first = group[0];
        gone.extend(&group[1..]);
        if group.iter().all(|spot| text(spot) == text(&first)) {
            continue;
        }
        let merges: Vec<Option<Merge>> = group.iter().map(|&(place, _)| rules[made[place].rule].merge).collect();
        if merges.iter().all(|&merge| merge == Some(Merge::First)) {
            continue;
        }
        let kept = if merges.iter().all(|&merge| merge == Some(Merge::Richest)) {
            // the earliest of equals
            let longest =
                group.iter().fold(first, |best, spot| if text(spot).len() > text(&best).len() { *spot } else { best });
            text(&longest).to_owned()
        } else {
            let contents: Vec<(usize, &str)> = group.iter().map(|spot| (made[spot.0].rule, text(spot))).collect();
            let (kept, lost): (String, Vec<usize>) = settled.call1((contents,))?.extract()?;
            clashes.extend(lost.into_iter().map(|rule| (made[first.0].record(first.1), rule)));
            kept
        };
        changed.push((first, kept));
    }
    if !gone.is_empty() {
        gone.sort_unstable();
        changed.sort_unstable();
        for (place, one) in made.iter_mut().enumerate() {
            let of = |spot: &Spot| spot.0 == place;
            let gone: Vec<usize> = gone.iter().filter(|spot| of(spot)).map(|spot| spot.1).collect();
            let changed: Vec<(usize, &str)> =
                changed.iter().filter(|(spot, _)| of(spot)).map(|(spot, text)| (spot.1, text.as_str())).collect();
            if !gone.is_empty() || !changed.is_empty() {
                one.rewrite(&gone, &changed);
            }
        }
    }
    Ok(clashes)
}

/// The resources that have the same id in the same record, in the order in which they were built.
fn repeats(made: &[PyRefMut<'_, Made>], rules: &[Identity]) -> Vec<Vec<Spot>> {
    let sharing = || made.iter().enumerate().filter(|(_, one)| rules[one.rule].shares);
    let mut first: HashMap<(u32, &[u8]), Spot> = HashMap::with_capacity(sharing().map(|(_, one)| one.len()).sum());
    let mut groups: HashMap<Spot, Vec<Spot>> = HashMap::new();
    let mut order: Vec<Spot> = Vec::new();
    for (place, one) in sharing() {
        for row in 0..one.len() {
            let before = *first.entry((one.record(row), one.id(row))).or_insert((place, row));
            if before != (place, row) {
                groups.entry(before).or_insert_with(|| {
                    order.push(before);
                    vec![before]
                });
                groups.get_mut(&before).expect("it was put there").push((place, row));
            }
        }
    }
    order.into_iter().filter_map(|spot| groups.remove(&spot)).collect()
}
