//! Who owns whom, drawn in layers: owners above what they own.
//!
//! A link that passes a layer has a place of its own there, so that no line runs through a party.
//! The drawing is hidden from those who cannot see it: the page says the same in a table.

use std::fmt::Write as _;

use super::super::chart::escaped;
use crate::port::Graph;

const WIDE: i64 = 160;
const TALL: i64 = 46;
/// How wide a place of a passing link is.
const THIN: i64 = 40;
const GAP: i64 = 22;
const DROP: i64 = 84;
const EDGE: i64 = 10;
/// Letters of a name in a line of a box.
const LETTERS: usize = 18;

/// A place in a layer: a party, or a link that passes.
#[derive(Clone)]
struct Place {
    layer: usize,
    party: Option<usize>,
    x: i64,
}

impl Place {
    const fn width(&self) -> i64 {
        match self.party {
            Some(_) => WIDE,
            None => THIN,
        }
    }
}

/// The drawing; nothing where nobody stands around the party.
pub fn svg(graph: &Graph) -> String {
    if graph.links.is_empty() {
        return String::new();
    }
    let layers = layers(graph);
    let mut places: Vec<Place> = layers
        .iter()
        .enumerate()
        .map(|(party, layer)| Place {
            layer: *layer,
            party: Some(party),
            x: 0,
        })
        .collect();
    // Each link as the places it goes through, from the owner down.
    let mut ways: Vec<Vec<usize>> = Vec::new();
    for link in &graph.links {
        let mut way = vec![link.owner];
        for layer in layers[link.owner] + 1..layers[link.owned] {
            way.push(places.len());
            places.push(Place {
                layer,
                party: None,
                x: 0,
            });
        }
        way.push(link.owned);
        ways.push(way);
    }
    let rows = arranged(&places, &ways);
    let width = spread(&rows, &mut places);
    drawn(graph, &places, &ways, rows.len(), width)
}

/// The layer of each party: below all that own it. Who owns one another in a circle stands where
/// the circle is first met.
fn layers(graph: &Graph) -> Vec<usize> {
    let count = graph.parties.len();
    let mut layers = vec![0_usize; count];
    // A way through all parties is no longer than their number; a circle would go on for ever.
    for _ in 0..count {
        let mut moved = false;
        for link in &graph.links {
            let below = layers[link.owner] + 1;
            if link.owner != link.owned && layers[link.owned] < below && below < count {
                layers[link.owned] = below;
                moved = true;
            }
        }
        if !moved {
            break;
        }
    }
    // Owners stand just above what they own, not all at the top.
    for _ in 0..count {
        for party in 0..count {
            let owned = graph.links.iter().filter(|l| l.owner == party);
            let nearest = owned.map(|l| layers[l.owned]).min();
            if let Some(nearest) = nearest.filter(|n| *n > layers[party] + 1) {
                layers[party] = nearest - 1;
            }
        }
    }
    let mut used: Vec<usize> = layers.clone();
    used.sort_unstable();
    used.dedup();
    layers
        .iter()
        .map(|layer| used.binary_search(layer).unwrap_or(0))
        .collect()
}

/// The places of each layer, so ordered that lines cross little: each stands in the middle of what
/// it is linked to.
fn arranged(places: &[Place], ways: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let last = places.iter().map(|p| p.layer).max().unwrap_or(0);
    let mut rows: Vec<Vec<usize>> = vec![Vec::new(); last + 1];
    for (place, of) in places.iter().enumerate() {
        rows[of.layer].push(place);
    }
    let mut beside: Vec<Vec<usize>> = vec![Vec::new(); places.len()];
    for step in ways.iter().flat_map(|way| way.windows(2)) {
        beside[step[0]].push(step[1]);
        beside[step[1]].push(step[0]);
    }
    let mut at = vec![0.0_f64; places.len()];
    let number = |rows: &[Vec<usize>], at: &mut [f64]| {
        for row in rows {
            for (n, place) in row.iter().enumerate() {
                at[*place] = n as f64 - row.len() as f64 / 2.0;
            }
        }
    };
    number(&rows, &mut at);
    for _ in 0..8 {
        for layer in (0..=last).chain((0..=last).rev()) {
            let middle = |place: usize| {
                let all = &beside[place];
                match all.len() {
                    0 => at[place],
                    n => all.iter().map(|other| at[*other]).sum::<f64>() / n as f64,
                }
            };
            let mut row: Vec<(f64, usize)> = rows[layer].iter().map(|p| (middle(*p), *p)).collect();
            row.sort_by(|a, b| a.0.total_cmp(&b.0));
            rows[layer] = row.into_iter().map(|(_, place)| place).collect();
            number(&rows, &mut at);
        }
    }
    rows
}

/// Gives each place its middle, rows centered; the width of all.
fn spread(rows: &[Vec<usize>], places: &mut [Place]) -> i64 {
    let across = |row: &Vec<usize>, places: &[Place]| {
        row.iter().map(|p| places[*p].width() + GAP).sum::<i64>() - GAP
    };
    let width = rows
        .iter()
        .map(|row| across(row, places))
        .max()
        .unwrap_or(0);
    for row in rows {
        let mut x = EDGE + (width - across(row, places)) / 2;
        for place in row {
            let wide = places[*place].width();
            places[*place].x = x + wide / 2;
            x += wide + GAP;
        }
    }
    width + 2 * EDGE
}

fn top(layer: usize) -> i64 {
    EDGE + i64::try_from(layer).unwrap_or(0) * (TALL + DROP)
}

fn drawn(graph: &Graph, places: &[Place], ways: &[Vec<usize>], rows: usize, width: i64) -> String {
    let height = top(rows) - DROP + EDGE;
    // A `String` takes all that is written.
    let mut out = format!(
        "<svg class=\"graph\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" aria-hidden=\"true\" focusable=\"false\">"
    );
    let mut labels = String::new();
    let ends = ends(graph, places, ways);
    for ((link, way), (end, order)) in graph.links.iter().zip(ways).zip(ends) {
        let (Some(first), Some(last)) = (way.first(), way.last()) else {
            continue;
        };
        let up = places[*first].layer >= places[*last].layer;
        let mut path = format!("M{} {}", places[*first].x, top(places[*first].layer) + TALL);
        let mut from = (places[*first].x, top(places[*first].layer) + TALL);
        let mut label = None;
        for step in &way[1..] {
            let place = &places[*step];
            let x = if place.party.is_some() { end } else { place.x };
            let to = (x, top(place.layer));
            let half = (to.1 - from.1) / 2;
            let _ = write!(
                path,
                "C{} {} {} {} {} {}",
                from.0,
                from.1 + half,
                to.0,
                to.1 - half,
                to.0,
                to.1
            );
            if place.party.is_some() {
                label = Some(on_the_way(from, to, order));
            }
            from = to;
            if place.party.is_none() {
                let _ = write!(path, "v{TALL}");
                from.1 += TALL;
            }
        }
        let around = if up { " around" } else { "" };
        let _ = write!(out, "<path class=\"link{around}\" d=\"{path}\"/>");
        let (x, y) = from;
        let _ = write!(out, "<path class=\"tip\" d=\"M{x} {y}l-5 -8h10z\"/>");
        if let Some((x, y)) = label {
            let wide = i64::try_from(link.label.chars().count()).unwrap_or(0) * 7 + 8;
            let _ = write!(
                labels,
                "<rect class=\"label\" x=\"{}\" y=\"{}\" width=\"{wide}\" height=\"17\"/><text x=\"{x}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
                x - wide / 2,
                y - 9,
                y + 4,
                escaped(&link.label)
            );
        }
    }
    out.push_str(&labels);
    for place in places {
        let Some(node) = place.party.and_then(|party| graph.parties.get(party)) else {
            continue;
        };
        let (x, y) = (place.x, top(place.layer));
        let _ = write!(
            out,
            "<rect class=\"box {}\" x=\"{}\" y=\"{y}\" width=\"{WIDE}\" height=\"{TALL}\" rx=\"4\"/>",
            node.mark,
            x - WIDE / 2
        );
        let lines = lines(&node.name);
        let start = match lines.len() {
            1 => y + 28,
            _ => y + 20,
        };
        for (n, line) in (0..).zip(&lines) {
            let _ = write!(
                out,
                "<text class=\"name\" x=\"{x}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
                start + 16 * n,
                escaped(line)
            );
        }
    }
    out.push_str("</svg>");
    out
}

/// Where each link meets who is owned, side by side, and its place among the links that do.
fn ends(graph: &Graph, places: &[Place], ways: &[Vec<usize>]) -> Vec<(i64, usize)> {
    let from = |link: usize| {
        let way = &ways[link];
        let before = way.len().checked_sub(2).and_then(|at| way.get(at));
        before.map_or(0, |place| places[*place].x)
    };
    let mut ends = vec![(0, 0); ways.len()];
    for (party, place) in places.iter().enumerate().take(graph.parties.len()) {
        let mut met: Vec<usize> = (0..ways.len())
            .filter(|link| graph.links[*link].owned == party)
            .collect();
        met.sort_by_key(|link| from(*link));
        let step = WIDE / (i64::try_from(met.len()).unwrap_or(0) + 1);
        for (order, link) in met.into_iter().enumerate() {
            let along = step * (i64::try_from(order).unwrap_or(0) + 1);
            ends[link] = (place.x - WIDE / 2 + along, order);
        }
    }
    ends
}

/// Where the label of a curve stands: in turns near its end and half way, so that neighbors do not
/// lie on one another.
const fn on_the_way(from: (i64, i64), to: (i64, i64), order: usize) -> (i64, i64) {
    let (across, down) = match order % 2 {
        0 => (91, 77),
        _ => (50, 50),
    };
    (
        from.0 + (to.0 - from.0) * across / 100,
        from.1 + (to.1 - from.1) * down / 100,
    )
}

/// A name in at most two lines; what does not fit is left out with a mark.
fn lines(name: &str) -> Vec<String> {
    let mut lines: Vec<String> = vec![String::new()];
    for word in name.split_whitespace() {
        let line = lines.last().map_or(0, |line| line.chars().count());
        if line > 0 && line + 1 + word.chars().count() > LETTERS {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    let more = lines.len() > 2;
    lines.truncate(2);
    for line in &mut lines {
        if line.chars().count() > LETTERS {
            *line = line.chars().take(LETTERS - 1).chain(['…']).collect();
        }
    }
    if let Some(last) = lines.last_mut().filter(|last| more && !last.ends_with('…')) {
        last.push('…');
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::port::{Edge, Node};

    fn graph(names: &[&str], links: &[(usize, usize)]) -> Graph {
        let node = |name: &&str| Node {
            id: (*name).to_owned(),
            name: (*name).to_owned(),
            mark: "",
        };
        let edge = |(owner, owned): &(usize, usize)| Edge {
            owner: *owner,
            owned: *owned,
            label: "60 %".to_owned(),
            says: String::new(),
        };
        Graph {
            parties: names.iter().map(node).collect(),
            links: links.iter().map(edge).collect(),
            more: false,
        }
    }

    #[test]
    fn owners_stand_above_and_a_circle_ends() {
        let found = layers(&graph(
            &["a", "b", "c", "d"],
            &[(0, 1), (1, 2), (0, 2), (3, 2)],
        ));
        assert_eq!(found, [0, 1, 2, 1]);
        let circle = graph(&["a", "b"], &[(0, 1), (1, 0)]);
        assert!(svg(&circle).contains("around"));
        assert!(svg(&graph(&["a"], &[(0, 0)])).contains("<rect"));
        assert_eq!(svg(&graph(&["a"], &[])), "");
    }

    #[test]
    fn names_are_text_and_stay_in_their_boxes() {
        let drawn = svg(&graph(&["<b>", "b"], &[(0, 1)]));
        assert!(drawn.contains("&lt;b&gt;") && !drawn.contains("<b>"));
        assert_eq!(
            lines("Meridian Compute Holdings International Limited").len(),
            2
        );
        assert!(lines("Donaudampfschifffahrtsgesellschaft")[0].ends_with('…'));
    }
}
