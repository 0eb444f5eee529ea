//! Chips and countries by name.

use rustc_hash::FxHashMap;
use tiergate_law::{Country, Num};

/// A chip of the catalog.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Chip {
    /// Id used in orders.
    pub id: String,
    /// Name on the market.
    pub name: String,
    /// The company that designed it.
    pub vendor: String,
    /// Total processing performance.
    pub tpp: Option<Num>,
    /// Applicable die area, mm2.
    pub die_area_mm2: Option<Num>,
    /// Total DRAM bandwidth, GB/s.
    pub dram_bandwidth_gb_s: Option<Num>,
    /// Aggregate two-way transfer rate to other ICs, GB/s.
    pub interconnect_gb_s: Option<Num>,
    /// Designed or marketed for datacenters.
    pub datacenter: Option<bool>,
    /// Year of release.
    pub release_year: String,
    /// What is uncertain about the row.
    pub soft: String,
    /// Where the figures come from.
    pub source: String,
}

/// A country of the catalog.
#[derive(Debug, Clone, PartialEq)]
pub struct CountryName {
    /// Code.
    pub code: Country,
    /// Name.
    pub name: String,
    /// Other names.
    pub aliases: Vec<String>,
    /// The state a territory belongs to.
    pub parent: Option<Country>,
    /// What to know.
    pub note: String,
}

/// Chips and countries.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    /// Chips, in file order.
    pub chips: Vec<Chip>,
    /// Countries, in code order.
    pub countries: Vec<CountryName>,
    chip_places: FxHashMap<String, usize>,
    country_names: FxHashMap<String, Country>,
    codes: tiergate_law::CountrySet,
}

/// A row of the catalog that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// Not CSV.
    #[error("the catalog is not readable as CSV")]
    Csv(#[from] csv::Error),
    /// A bad field.
    #[error("catalog row `{row}`: {what}")]
    Row {
        /// The id of the row.
        row: String,
        /// What is wrong.
        what: String,
    },
}

impl Catalog {
    /// Reads `chips.csv` and `countries.csv`.
    ///
    /// # Errors
    ///
    /// The first row that cannot be read.
    pub fn read(chips: &str, countries: &str) -> Result<Catalog, CatalogError> {
        let mut catalog = Catalog::default();
        let mut reader = csv::Reader::from_reader(chips.as_bytes());
        let headers = reader.headers()?.clone();
        for row in reader.records() {
            let row = row?;
            let get = |name: &str| {
                headers
                    .iter()
                    .position(|h| h == name)
                    .and_then(|at| row.get(at))
                    .unwrap_or("")
            };
            let id = get("id").to_owned();
            let fail = |what: String| CatalogError::Row {
                row: id.clone(),
                what,
            };
            let number = |name: &str| match get(name) {
                "" => Ok(None),
                text => text
                    .parse()
                    .map(Some)
                    .map_err(|e| fail(format!("{name}: {e}"))),
            };
            let chip = Chip {
                id: id.clone(),
                name: get("name").to_owned(),
                vendor: get("vendor").to_owned(),
                tpp: number("tpp")?,
                die_area_mm2: number("die_area_mm2")?,
                dram_bandwidth_gb_s: number("dram_bandwidth_gb_s")?,
                interconnect_gb_s: number("interconnect_gb_s")?,
                datacenter: match get("datacenter") {
                    "" => None,
                    "true" => Some(true),
                    "false" => Some(false),
                    other => {
                        return Err(fail(format!("datacenter: `{other}` is not true or false")));
                    }
                },
                release_year: get("release_year").to_owned(),
                soft: get("soft").to_owned(),
                source: get("source").to_owned(),
            };
            if catalog
                .chip_places
                .insert(id.clone(), catalog.chips.len())
                .is_some()
            {
                return Err(fail("the id appears twice".to_owned()));
            }
            catalog.chips.push(chip);
        }
        catalog.read_countries(countries)?;
        Ok(catalog)
    }

    fn read_countries(&mut self, countries: &str) -> Result<(), CatalogError> {
        for row in csv::Reader::from_reader(countries.as_bytes()).records() {
            let row = row?;
            let get = |at| row.get(at).unwrap_or("");
            let fail = |what: String| CatalogError::Row {
                row: get(0).to_owned(),
                what,
            };
            let code: Country = get(0).parse().map_err(|e| fail(format!("{e}")))?;
            let parent = match get(3) {
                "" => None,
                text => Some(text.parse().map_err(|e| fail(format!("{e}")))?),
            };
            let aliases: Vec<String> = get(2)
                .split('|')
                .filter(|a| !a.is_empty())
                .map(str::to_owned)
                .collect();
            self.codes.insert(code);
            for name in aliases.iter().map(String::as_str).chain([get(0), get(1)]) {
                self.country_names.insert(name.to_lowercase(), code);
            }
            let (name, note) = (get(1).to_owned(), get(4).to_owned());
            self.countries.push(CountryName {
                code,
                name,
                aliases,
                parent,
                note,
            });
        }
        Ok(())
    }

    /// The chip with this id.
    #[must_use]
    pub fn chip(&self, id: &str) -> Option<&Chip> {
        self.chip_places.get(id).map(|at| &self.chips[*at])
    }

    /// Whether the code is one of the catalog.
    #[must_use]
    pub const fn knows(&self, country: Country) -> bool {
        self.codes.contains(country)
    }

    /// The country with this code, name or alias, case ignored.
    #[must_use]
    pub fn country(&self, name: &str) -> Option<Country> {
        self.country_names.get(&name.trim().to_lowercase()).copied()
    }

    /// The name of a country; its code when the catalog has none.
    #[must_use]
    pub fn country_name(&self, code: Country) -> String {
        self.countries
            .iter()
            .find(|c| c.code == code)
            .map_or_else(|| code.to_string(), |c| c.name.clone())
    }

    /// Chips whose id, name or vendor holds every word of the search.
    #[must_use]
    pub fn search(&self, words: &str) -> Vec<&Chip> {
        let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
        let fits = |chip: &&Chip| {
            let text = format!("{} {} {}", chip.id, chip.name, chip.vendor).to_lowercase();
            words.iter().all(|w| text.contains(w.as_str()))
        };
        self.chips.iter().filter(fits).collect()
    }
}
