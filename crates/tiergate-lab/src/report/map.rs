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
    let wide = ((right - left) * 1.3)
        .max((bottom - top) * 1.5 * 2.0)
        .max(1500.0);
    let high = wide / 2.0;
    [
        (left + right - wide) / 2.0,
        (top + bottom - high) / 2.0,
        wide,
        high,
    ]
}

/// A map of flows to a place, the widest beneath.
pub fn draw(picture: Picture<'_>, to: (f64, f64), flows: &[Flow]) -> String {
    let unit = picture.view[2] / 1000.0;
    let mut body = String::from("<use href=\"#land\" class=\"land\"/>");
    let mut names = String::new();
    for flow in flows {
        let (x, y) = flow.from;
        let (dx, dy) = (to.0 - x, to.1 - y);
        // Bent to one side, so that routes from one direction lie apart.
        let bend = (x + dx / 2.0 - dy * 0.18, y + dy / 2.0 + dx * 0.18);
        let width = (flow.wide * 26.0).max(1.5) * unit;
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
            names += &format!(
                "<text class=\"name\" x=\"{x:.0}\" y=\"{:.0}\" font-size=\"{:.0}\" stroke-width=\"{:.0}\">{}</text>",
                y + 34.0 * unit,
                27.0 * unit,
                6.0 * unit,
                escape(name)
            );
        }
    }
    body += &names;
    picture.draw(&body)
}

#[cfg(test)]
mod tests {
    use super::{middle, view};

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
