//! What a plain comparison gives: Jaro-Winkler over the sorted lower-case words.

/// From 0 to 1.
pub fn score(left: &str, right: &str) -> f64 {
    jaro_winkler(&sorted(left), &sorted(right))
}

fn sorted(name: &str) -> Vec<char> {
    let lower = name.to_lowercase();
    let mut words: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .collect();
    words.sort_unstable();
    words.join(" ").chars().collect()
}

fn jaro_winkler(a: &[char], b: &[char]) -> f64 {
    if a.is_empty() || b.is_empty() {
        return 0.0;
    }
    let reach = (a.len().max(b.len()) / 2).saturating_sub(1);
    let mut used = vec![false; b.len()];
    let mut of_a = Vec::new();
    for (i, c) in a.iter().enumerate() {
        let (from, to) = (i.saturating_sub(reach), (i + reach + 1).min(b.len()));
        if let Some(j) = (from..to).find(|j| !used[*j] && b[*j] == *c) {
            used[j] = true;
            of_a.push(*c);
        }
    }
    let matches = of_a.len() as f64;
    if matches == 0.0 {
        return 0.0;
    }
    let of_b = b.iter().zip(&used).filter(|(_, u)| **u).map(|(c, _)| *c);
    let moved = of_a.iter().zip(of_b).filter(|(x, y)| *x != y).count() as f64 / 2.0;
    let jaro =
        (matches / a.len() as f64 + matches / b.len() as f64 + (matches - moved) / matches) / 3.0;
    let prefix = a.iter().zip(b).take(4).take_while(|(x, y)| x == y).count() as f64;
    jaro + prefix * 0.1 * (1.0 - jaro)
}
