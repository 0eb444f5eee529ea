//! Maps of flows into one country.

use tiergate_draw::outlines::{Outline, outlines};
use tiergate_law::Country;

use super::markup::{Picture, escape};

/// The land, once for all maps of the page.
pub fn land() -> String {
    let paths: String = outlines().iter().map(|o| o.path).collect();
    format!(
        "<svg class=\"defs\" width=\"0\" height=\"0\" aria-hidden=\"true\"><defs><path id=\"land\" d=\"{paths}\"/></defs></svg>"
    )
}

/// Where a country lies.
pub fn middle(code: Country) -> Option<(f64, f64)> {
    let outline: &Outline = outlines().iter().find(|o| o.code == code)?;
    Some((f64::from(outline.middle.0), f64::from(outline.middle.1)))
}

/// How a flow is beside that of the first law.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beside {
    /// There is nothing beside it.
    First,
    /// More, in nine of ten draws.
    More,
    /// Less, in nine of ten draws.
    Less,
    /// Neither.
    Open,
}

impl Beside {
    /// Its class.
    pub const fn class(self) -> &'static str {
        match self {
            Beside::First => "r-first",
            Beside::More => "r-more",
            Beside::Less => "r-less",
            Beside::Open => "r-open",
        }
    }

    /// Its mark.
    pub const fn mark(self) -> &'static str {
        match self {
            Beside::First => "",
            Beside::More => " ▲ more",
            Beside::Less => " ▼ less",
            Beside::Open => " ~",
        }
    }
}

/// A flow.
#[derive(Debug, Clone)]
pub struct Flow {
    /// From where.
    pub from: (f64, f64),
    /// The name of the country, where it is to be written.
    pub name: Option<String>,
    /// How wide, from 0 to 1.
    pub wide: f64,
    /// How it is beside the first law.
    pub beside: Beside,
    /// What it says.
    pub says: String,
}

/// The part of the world that holds all of these places, in the shape of two by one.
pub fn view(places: &[(f64, f64)]) -> [f64; 4] {
    let mut bounds = [f64::MAX, f64::MAX, f64::MIN, f64::MIN];
    for (x, y) in places {
        bounds = [
            bounds[0].min(*x),
            bounds[1].min(*y),
            bounds[2].max(*x),
            bounds[3].max(*y),
        ];
    }
    let [left, top, right, bottom] = bounds;
    let wide = ((right - left) * 1.4)
        .max((bottom - top) * 1.6 * 2.0)
        .max(1500.0);
    let high = wide / 2.0;
    [
        (left + right - wide) / 2.0,
        (top + bottom - high) / 2.0,
        wide,
        high,
    ]
}

/// The size of names, in thousandths of the width of a map.
const FONT: f64 = 28.0;

/// Where the name of a place goes so that it hides no other and stays on the map: below it, above, or to either side.
fn room(
    taken: &mut Vec<[f64; 4]>,
    [left, top, width, height]: [f64; 4],
    (x, y): (f64, f64),
    name: &str,
    size: f64,
) -> Option<(f64, f64)> {
    let wide = name.chars().count() as f64 * size * 0.6;
    let aside = wide / 2.0 + size * 0.7;
    let tried = [
        (x, y + size * 1.4),
        (x, y - size * 0.8),
        (x + aside, y + size * 0.35),
        (x - aside, y + size * 0.35),
        (x + aside, y + size * 1.2),
        (x - aside, y + size * 1.2),
        (x, y + size * 2.4),
    ];
    let bounds = |(x, y): (f64, f64)| [x - wide / 2.0, y - size, x + wide / 2.0, y + size * 0.2];
    let apart =
        |a: &[f64; 4], b: &[f64; 4]| a[2] < b[0] || b[2] < a[0] || a[3] < b[1] || b[3] < a[1];
    let free = |at: &(f64, f64)| taken.iter().all(|other| apart(other, &bounds(*at)));
    let on = |at: &(f64, f64)| {
        let [a, b, c, d] = bounds(*at);
        a >= left && b >= top && c <= left + width && d <= top + height
    };
    let found = tried.into_iter().find(|at| on(at) && free(at))?;
    taken.push(bounds(found));
    Some(found)
}

/// A map of flows to a place, the widest beneath.
pub fn draw(picture: Picture<'_>, to: (f64, f64), flows: &[Flow]) -> String {
    let unit = picture.view[2] / 1000.0;
    let mut body = String::from("<use href=\"#land\" class=\"land\"/>");
    let mut names = String::new();
    let mut leaders = String::new();
    let mut taken: Vec<[f64; 4]> = Vec::new();
    for flow in flows {
        let (x, y) = flow.from;
        let (dx, dy) = (to.0 - x, to.1 - y);
        // Bent to one side, so that routes from one direction lie apart.
        let bend = (x + dx / 2.0 - dy * 0.18, y + dy / 2.0 + dx * 0.18);
        let width = (flow.wide * 34.0).max(2.0) * unit;
        let along = ((to.0 - bend.0).powi(2) + (to.1 - bend.1).powi(2))
            .sqrt()
            .max(1.0);
        let (ux, uy) = ((to.0 - bend.0) / along, (to.1 - bend.1) / along);
        let head = (width * 1.1).max(8.0 * unit);
        let neck = (to.0 - ux * head, to.1 - uy * head);
        body += &format!(
            "<g class=\"{}\"><title>{}</title>\
             <path class=\"stem\" stroke-width=\"{width:.0}\" d=\"M{x:.0} {y:.0}Q{:.0} {:.0} {:.0} {:.0}\"/>\
             <path class=\"head\" d=\"M{:.0} {:.0}L{:.0} {:.0}L{:.0} {:.0}z\"/><circle cx=\"{x:.0}\" cy=\"{y:.0}\" r=\"{:.0}\"/></g>",
            flow.beside.class(),
            escape(&flow.says),
            bend.0,
            bend.1,
            neck.0,
            neck.1,
            to.0,
            to.1,
            neck.0 - uy * head,
            neck.1 + ux * head,
            neck.0 + uy * head,
            neck.1 - ux * head,
            (width / 2.0).max(5.0 * unit),
        );
        if let Some(name) = &flow.name {
            let size = FONT * unit;
            let dot = (x, y);
            let Some((x, y)) = room(&mut taken, picture.view, dot, name, size) else {
                continue;
            };
            // A line from the dot to the middle of its name: neighbors are not taken for one another.
            leaders += &format!(
                "<path class=\"leader\" stroke-width=\"{:.0}\" d=\"M{:.0} {:.0}L{x:.0} {:.0}\"/>\
                 <circle class=\"dot\" cx=\"{:.0}\" cy=\"{:.0}\" r=\"{:.0}\"/>",
                2.5 * unit,
                dot.0,
                dot.1,
                y - size * 0.35,
                dot.0,
                dot.1,
                5.0 * unit,
            );
            names += &format!(
                "<text class=\"name\" x=\"{x:.0}\" y=\"{y:.0}\" font-size=\"{size:.0}\" stroke-width=\"{:.0}\">{}</text>",
                6.0 * unit,
                escape(name)
            );
        }
    }
    body += &leaders;
    body += &names;
    picture.draw(&body)
}

#[cfg(test)]
mod tests {
    use super::{middle, room, view};

    #[test]
    fn names_of_neighbors_do_not_hide_one_another() {
        let (mut taken, all) = (Vec::new(), [0.0, 0.0, 300.0, 150.0]);
        let first = room(&mut taken, all, (100.0, 100.0), "Singapore", 10.0);
        let second = room(&mut taken, all, (103.0, 99.0), "Malaysia", 10.0);
        assert_eq!(first, Some((100.0, 114.0)));
        assert_eq!(second, Some((103.0, 91.0)));
        // At the left edge there is room only to the right.
        let edge = room(&mut taken, all, (5.0, 60.0), "Turkey", 10.0);
        assert!(edge.is_some_and(|(x, _)| x - 18.0 >= 0.0), "{edge:?}");
    }

    #[test]
    fn every_place_of_a_map_is_in_view() {
        let code = |text: &str| text.parse().ok().and_then(middle);
        let places: Vec<(f64, f64)> = ["CN", "MY", "AE"].iter().filter_map(|c| code(c)).collect();
        assert_eq!(places.len(), 3);
        let [left, top, wide, high] = view(&places);
        assert!((wide - 2.0 * high).abs() < 1e-9);
        for (x, y) in places {
            assert!((left..left + wide).contains(&x) && (top..top + high).contains(&y));
        }
    }
}
