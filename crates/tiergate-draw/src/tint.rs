//! Colors in order, from light to dark.

/// Light to dark, told apart with any color vision and in grays: the sequential scheme `YlGnBu` of
/// Cynthia Brewer's ColorBrewer (Apache-2.0).
const RAMP: [[u8; 3]; 8] = [
    [0xff, 0xff, 0xd9],
    [0xd5, 0xee, 0xb3],
    [0xa9, 0xdd, 0xb7],
    [0x73, 0xc8, 0xbd],
    [0x41, 0xb0, 0xc4],
    [0x22, 0x8a, 0xbe],
    [0x23, 0x5a, 0xa6],
    [0x08, 0x1d, 0x58],
];

/// `count` colors as far apart as they can be, lightest first.
#[must_use]
pub fn ramp(count: usize) -> Vec<String> {
    let last = RAMP.len() - 1;
    let steps = count.saturating_sub(1).max(1);
    let color = |at: usize| {
        let (whole, rest) = (at * last / steps, at * last % steps);
        let (from, to) = (RAMP[whole], RAMP[(whole + 1).min(last)]);
        let mut text = "#".to_owned();
        for (a, b) in from.iter().zip(to) {
            let between = usize::from(*a) * (steps - rest) + usize::from(b) * rest;
            text.push_str(&format!("{:02x}", between / steps));
        }
        text
    };
    (0..count).map(color).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colors_run_from_the_lightest_to_the_darkest() {
        assert_eq!(ramp(2), ["#ffffd9", "#081d58"]);
        assert_eq!(ramp(1), ["#ffffd9"]);
        let nine = ramp(9);
        assert_eq!((nine.len(), nine[8].as_str()), (9, "#081d58"));
        let mut distinct = nine.clone();
        distinct.dedup();
        assert_eq!(distinct, nine);
    }
}
