//! The entry of a code, for a person: `--explain CODE`.

use order_capture::Rule;

/// Codes of the runner itself, which are no rules of the crate.
const OWN: [(&str, &str); 2] = [
    (
        "action-malformed",
        "the scenario's step has a field that its action does not have, or of another type; see docs/scenarios.md",
    ),
    (
        "restart-differs",
        "what was written and read back is not what it was: a bug in the crate, please report it (INV-8)",
    ),
];

/// The entry, or what is near it.
pub(crate) fn explain(code: &str) -> Result<String, String> {
    if let Some(rule) = Rule::all().find(|rule| rule.code().eq_ignore_ascii_case(code)) {
        return Ok(rule.explain());
    }
    if let Some((_, words)) = OWN.iter().find(|(own, _)| *own == code) {
        return Ok(format!("{code} (of this runner)\n{words}\n"));
    }
    let near = near(code);
    let hint = if near.is_empty() {
        "docs/rules.md lists them all".to_string()
    } else {
        format!("near it: {}", near.join(", "))
    };
    Err(format!("there is no code {code:?}; {hint}"))
}

/// Codes that a few letters tell apart, or that share a word; nearest first.
fn near(code: &str) -> Vec<&'static str> {
    let words: Vec<&str> = code.split('-').filter(|word| word.len() > 3).collect();
    let mut near: Vec<(usize, &str)> = Rule::all()
        .map(|rule| (distance(&code.to_ascii_lowercase(), &rule.code().to_ascii_lowercase()), rule.code()))
        .filter(|(distance, known)| *distance <= 4 || words.iter().any(|word| known.contains(word)))
        .collect();
    near.sort_unstable();
    near.into_iter().map(|(_, code)| code).take(5).collect()
}

/// How many letters have to be put in, taken out or changed.
fn distance(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (index, left) in one.bytes().enumerate() {
        let mut before = index;
        let mut next = vec![index + 1];
        for (right, above) in other.bytes().zip(row.iter().skip(1)) {
            let changed = before + usize::from(left != right);
            let beside = next.last().copied().unwrap_or_default();
            before = *above;
            next.push(changed.min(above + 1).min(beside + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}
