//! The names nearest to a word that is not among them.

/// How many names are suggested at most.
const SUGGESTIONS: usize = 3;

/// The names that a few letters set apart from the word, or that share a part with it; nearest first, at most three.
pub(crate) fn nearest<'n>(word: &str, names: impl IntoIterator<Item = &'n str>) -> Vec<&'n str> {
    let word = word.to_ascii_lowercase();
    let mut near: Vec<(usize, &str)> = names
        .into_iter()
        .map(|name| (distance(&word, &name.to_ascii_lowercase()), name))
        .filter(|(distance, name)| *distance <= tolerance(&word) || share_a_part(&word, name))
        .collect();
    near.sort_unstable();
    near.into_iter().map(|(_, name)| name).take(SUGGESTIONS).collect()
}

/// The end of a message about an unknown word: the nearest names, or all names where none is near.
pub(crate) fn suggestion(word: &str, names: &[&str]) -> String {
    let near = nearest(word, names.iter().copied());
    if near.is_empty() {
        format!("expected one of: {}", names.join(", "))
    } else {
        format!("nearest: {}", near.join(", "))
    }
}

/// How many letters of a word may be wrong.
fn tolerance(word: &str) -> usize {
    (word.chars().count() / 2).clamp(1, 4)
}

/// Parts are what `-` and `_` separate; those of fewer than three letters do not count.
fn share_a_part(word: &str, name: &str) -> bool {
    let parts =
        |text: &str| text.split(['-', '_']).filter(|part| part.len() >= 3).map(str::to_owned).collect::<Vec<_>>();
    let of_name = parts(&name.to_ascii_lowercase());
    parts(word).iter().any(|part| of_name.contains(part))
}

/// How many letters have to be inserted, removed or replaced to make one of the other.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (index, left) in one.chars().enumerate() {
        let mut diagonal = index;
        let mut next = vec![index + 1];
        for (right, above) in other.iter().zip(row.iter().skip(1)) {
            let replaced = diagonal + usize::from(left != *right);
            let beside = next.last().copied().unwrap_or_default();
            diagonal = *above;
            next.push(replaced.min(above + 1).min(beside + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}
