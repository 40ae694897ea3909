/// `a`, `b` or `c`.
pub(crate) fn list<T: AsRef<str>>(words: &[T]) -> String {
    match words {
        [] => String::new(),
        [only] => only.as_ref().to_owned(),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("{} or {}", first.join(", "), last.as_ref())
        }
    }
}

/// The legal word that was probably meant: one of which at most a third is mistyped, or that begins alike.
pub(crate) fn nearest<'a>(word: &str, mut legal: impl Iterator<Item = &'a str> + Clone) -> Option<&'a str> {
    let word = word.to_lowercase();
    let mistyped = legal
        .clone()
        .map(|candidate| (distance(&word, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= (candidate.len() / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate);
    mistyped.or_else(|| legal.find(|candidate| begins_alike(&word, candidate)))
}

/// `ready` and `readiness`, `desc` and `description`; but not `retries` and `retry_interval`.
fn begins_alike(word: &str, candidate: &str) -> bool {
    let alike = word.chars().zip(candidate.chars()).take_while(|(a, b)| a == b).count();
    alike >= 4 && alike * 3 >= word.chars().count() * 2
}

/// The Levenshtein distance, where two neighbours that changed places are one mistake.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut older: Vec<usize> = Vec::new();
    let mut old: Vec<usize> = (0..=b.len()).collect();
    for i in 0..a.len() {
        let mut row = vec![i + 1];
        for j in 0..b.len() {
            let substituted = old[j] + usize::from(a[i] != b[j]);
            let mut least = substituted.min(row[j] + 1).min(old[j + 1] + 1);
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                least = least.min(older[j - 1] + 1);
            }
            row.push(least);
        }
        older = std::mem::replace(&mut old, row);
    }
    old[b.len()]
}
