//! The rows of several rules in the order of their records.

use std::ops::Range;

/// Rows of a rule, by its place among the rules, that follow one another.
pub struct Stretch {
    /// The place of the rule.
    pub place: usize,
    /// Its rows.
    pub rows: Range<usize>,
}

/// The rows of several rules by record, rule, row. Of each rule the records of its rows, which are in their order.
pub fn in_order(rules: &[&[u32]]) -> Vec<Stretch> {
    let mut stretches = Vec::new();
    let mut rest = rules.to_vec();
    loop {
        let first = rest.iter().enumerate().filter_map(|(place, records)| Some((*records.first()?, place))).min();
        let Some((_, place)) = first else { return stretches };
        // as far as no other rule has a row in between
        let others = rest.iter().enumerate().filter(|(other, _)| *other != place);
        let next = others.filter_map(|(other, records)| Some((*records.first()?, other))).min();
        let count = rest[place].partition_point(|&record| next.is_none_or(|next| (record, place) < next));
        let from = rules[place].len() - rest[place].len();
        stretches.push(Stretch { place, rows: from..from + count });
        rest[place] = &rest[place][count..];
    }
}
