//! Names that were perhaps meant.

/// The name nearest to what was written, if one is near: about a third of its letters at most are added, dropped or changed.
pub fn closest(written: &str, names: impl Iterator<Item = String>) -> Option<String> {
    let near = |name: String| (distance(written, &name), name);
    let (distance, name) = names.map(near).min()?;
    (distance <= (written.len() + 1) / 3).then_some(name)
}

/// Levenshtein's, where two neighbours that changed places are one change.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().take(64).collect(), b.chars().take(64).collect());
    let mut above: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for i in 0..a.len() {
        let mut next = vec![i + 1];
        for j in 0..b.len() {
            let change = row[j] + usize::from(a[i] != b[j]);
            let mut least = change.min(row[j + 1] + 1).min(next[j] + 1);
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                least = least.min(above[j - 1] + 1);
            }
            next.push(least);
        }
        above = std::mem::replace(&mut row, next);
    }
    row[b.len()]
}
