//! The world as a law divides it.

/// Countries that fare alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tier {
    /// What may go there, or what group they are in.
    pub says: String,
    /// A color, lighter the more may go.
    pub color: String,
    /// The names of the countries.
    pub countries: Vec<String>,
}

/// A country of the map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its place among the tiers.
    pub tier: usize,
    /// The middle of it on the map; none when it is not drawn.
    pub middle: Option<(i32, i32)>,
    /// Whether it is too small to be seen without a mark.
    pub small: bool,
    /// Its outline as an SVG path; empty when it has none at this scale.
    pub path: &'static str,
}

/// A map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Map {
    /// The law in words.
    pub law: String,
    /// What is shown, as the address has it.
    pub show: String,
    /// What is shown, in words.
    pub shows: String,
    /// What else can be shown, in groups: as the address has it, and in words.
    pub choices: Vec<(&'static str, Vec<(String, String)>)>,
    /// Width and height.
    pub size: (u32, u32),
    /// The tiers, loosest first.
    pub tiers: Vec<Tier>,
    /// The countries.
    pub places: Vec<Place>,
}

/// The country whose allocation an account counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allocated {
    /// The country's code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The quota it counts for.
    pub quota: String,
    /// The limit in force, if the law states one.
    pub limit: Option<String>,
    /// The paragraph of the limit.
    pub cite: String,
}
