//! One id built twice within a record: what `engine/merge.py` does, where it does not take the contents apart.

use std::hash::BuildHasher;

use hashbrown::DefaultHashBuilder;
use hashbrown::hash_table::{Entry, HashTable};
use pyo3::prelude::*;

use crate::engine::made::Made;
use crate::engine::order::in_order;
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
        let line = |&(place, row): &Spot| made[place].line(row);
        let text = |&(place, row): &Spot| made[place].text(row);
        let first = group[0];
        gone.extend(&group[1..]);
        if group.iter().all(|spot| line(spot) == line(&first)) {
            continue;
        }
        let merges: Vec<Option<Merge>> = group.iter().map(|&(place, _)| rules[made[place].rule].merge).collect();
        if merges.iter().all(|&merge| merge == Some(Merge::First)) {
            continue;
        }
        let kept = if merges.iter().all(|&merge| merge == Some(Merge::Richest)) {
            // the earliest of equals
            let longest =
                group.iter().fold(first, |best, spot| if line(spot).len() > line(&best).len() { *spot } else { best });
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
            if !changed.is_empty() {
                one.change(&changed);
            }
            if !gone.is_empty() {
                one.leave_out(&gone);
            }
        }
    }
    Ok(clashes)
}

/// The resources that have the same id in the same record, in the order in which they were built.
fn repeats(made: &[PyRefMut<'_, Made>], rules: &[Identity]) -> Vec<Vec<Spot>> {
    let sharing: Vec<usize> = (0..made.len()).filter(|&place| rules[made[place].rule].shares).collect();
    let records: Vec<&[u32]> = sharing.iter().map(|&place| made[place].records()).collect();
    let hasher = DefaultHashBuilder::default();
    let hash = |&(place, row): &Spot| hasher.hash_one(made[place].id(row));
    let mut groups: Vec<Vec<Spot>> = Vec::new();
    let (mut record, mut earlier) = (None, 0); // groups of earlier records
    let mut seen: HashTable<Spot> = HashTable::new(); // in this record: so few that they stay in the cache
    for stretch in in_order(&records) {
        let place = sharing[stretch.place];
        for spot in stretch.rows.map(|row| (place, row)) {
            let (of, id) = (made[place].record(spot.1), made[place].id(spot.1));
            if record != Some(of) {
                seen.clear();
                (record, earlier) = (Some(of), groups.len());
            }
            match seen.entry(hash(&spot), |&(place, row)| made[place].id(row) == id, hash) {
                Entry::Vacant(entry) => _ = entry.insert(spot),
                Entry::Occupied(entry) => match groups[earlier..].iter_mut().find(|group| group[0] == *entry.get()) {
                    Some(group) => group.push(spot),
                    None => groups.push(vec![*entry.get(), spot]),
                },
            }
        }
    }
    groups
}
