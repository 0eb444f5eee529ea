//! Large buyers by name, as `companies.csv` has them: what they own, where they are known to build, what
//! they have announced. All other buyers of a country are its residual.

use serde::Deserialize;
use tiergate_law::Country;

use crate::world::{Place, TableError, place_of, rows};

const TABLE: &str = "companies.csv";

/// A large buyer.
#[derive(Debug, Clone, PartialEq)]
pub struct Company {
    /// Its id, as series name it.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Where it has its headquarters.
    pub headquarters: Country,
    /// How it buys.
    pub buys: Buys,
}

/// How a large buyer buys.
#[derive(Debug, Clone, PartialEq)]
pub enum Buys {
    /// At home and in many countries.
    Everywhere {
        /// What it owned in all, in kH100e, at the end of each of some years that follow each other.
        stock: Vec<(i16, f64)>,
        /// Sites it is known to have abroad, in kH100e.
        sites: Vec<(usize, f64)>,
    },
    /// In one country.
    Here {
        /// The country.
        place: usize,
        /// What it has announced, in kH100e.
        planned: f64,
    },
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum What {
    Stock,
    Site,
    Planned,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    company: String,
    name: String,
    headquarters: String,
    what: What,
    country: String,
    year: Option<i16>,
    amount: f64,
    #[serde(rename = "known")]
    _known: crate::parameter::Known,
    #[serde(rename = "source")]
    _source: String,
}

impl Row {
    fn wrong(&self, why: impl std::fmt::Display) -> TableError {
        TableError::new(TABLE, format!("{}: {why}", self.company))
    }

    /// What it buys, as this row alone tells it.
    fn buys(&self, places: &[Place]) -> Result<Buys, TableError> {
        if !self.amount.is_finite() || self.amount < 0.0 {
            return Err(self.wrong(format!("{} is to be zero or more", self.amount)));
        }
        let place = || place_of(TABLE, places, &self.country);
        match (&self.what, self.year) {
            (What::Stock, Some(year)) if self.country.is_empty() => Ok(Buys::Everywhere {
                stock: vec![(year, self.amount)],
                sites: Vec::new(),
            }),
            (What::Stock, _) => Err(self.wrong("a stock has a year and no country")),
            (_, Some(year)) => Err(self.wrong(format!("{year}: only a stock has a year"))),
            (What::Site, None) => Ok(Buys::Everywhere {
                stock: Vec::new(),
                sites: vec![(place()?, self.amount)],
            }),
            (What::Planned, None) => Ok(Buys::Here {
                place: place()?,
                planned: self.amount,
            }),
        }
    }
}

impl Company {
    /// Takes a further row of the company along.
    fn add(&mut self, row: &Row, more: Buys) -> Result<(), TableError> {
        match (&mut self.buys, more) {
            (
                Buys::Everywhere { stock, sites },
                Buys::Everywhere {
                    stock: more_stock,
                    sites: more_sites,
                },
            ) => {
                let next = |(year, _): &(i16, f64)| year.checked_add(1);
                if let (Some(last), Some((year, _))) = (stock.last(), more_stock.first())
                    && next(last) != Some(*year)
                {
                    return Err(row.wrong(format!("{year} does not follow {}", last.0)));
                }
                stock.extend(more_stock);
                sites.extend(more_sites);
                Ok(())
            }
            (Buys::Here { .. }, Buys::Here { .. }) => {
                Err(row.wrong("what it has announced stands twice: write the sum"))
            }
            _ => Err(row.wrong("a company has a stock and sites, or something planned, not both")),
        }
    }
}

/// Reads the table; those that buy everywhere come first.
pub(crate) fn read(text: &str, places: &[Place]) -> Result<Vec<Company>, TableError> {
    let mut companies: Vec<Company> = Vec::new();
    for row in rows::<Row>(TABLE, text)? {
        let headquarters = row
            .headquarters
            .parse::<Country>()
            .map_err(|_| row.wrong(format!("`{}` is no country code", row.headquarters)))?;
        let buys = row.buys(places)?;
        match companies.iter_mut().find(|c| c.id == row.company) {
            Some(company) if (&company.name, company.headquarters) != (&row.name, headquarters) => {
                return Err(row.wrong("its name or its headquarters are two"));
            }
            Some(company) => company.add(&row, buys)?,
            None => companies.push(Company {
                id: row.company,
                name: row.name,
                headquarters,
                buys,
            }),
        }
    }
    for company in &companies {
        if matches!(&company.buys, Buys::Everywhere { stock, .. } if stock.is_empty()) {
            let why = format!("{}: a company with sites needs a stock", company.id);
            return Err(TableError::new(TABLE, why));
        }
    }
    for (at, place) in places.iter().enumerate() {
        let named = companies.iter().map(|c| match c.buys {
            Buys::Here { place, planned } if place == at => planned,
            _ => 0.0,
        });
        let named: f64 = named.sum();
        if named > place.planned {
            let why = format!(
                "{}: companies have announced {named} kH100e, and countries.csv has {} for all",
                place.country, place.planned
            );
            return Err(TableError::new(TABLE, why));
        }
    }
    companies.sort_by_key(|c| matches!(c.buys, Buys::Here { .. }));
    Ok(companies)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use crate::built_in::TABLES;
    use crate::month::Month;
    use crate::world::{Tables, World};

    const HEAD: &str = "company,name,headquarters,what,country,year,amount,known,source\n";

    fn read(rows: &str) -> Result<World, String> {
        let companies = format!("{HEAD}{rows}");
        let tables = Tables {
            companies: &companies,
            ..TABLES
        };
        let last = Month::read("2024-12").unwrap();
        World::read(last, &tables).map_err(|error| error.to_string())
    }

    #[test]
    fn a_fault_of_the_table_says_whose_row_it_is_and_what_would_be_right() {
        let one = "a,A,US,stock,,2022,1,assumed,none\n";
        assert_eq!(read(one).unwrap().companies.len(), 1);
        for (rows, says) in [
            (
                "a,A,US,stock,GB,2022,1,assumed,none\n",
                "a: a stock has a year and no country",
            ),
            (
                "a,A,US,site,GB,2022,1,assumed,none\n",
                "a: 2022: only a stock has a year",
            ),
            (
                "a,A,US,site,GB,,1,assumed,none\n",
                "a: a company with sites needs a stock",
            ),
            (
                "a,A,US,stock,,2022,-1,assumed,none\n",
                "a: -1 is to be zero or more",
            ),
            (
                "a,A,USA,stock,,2022,1,assumed,none\n",
                "a: `USA` is no country code",
            ),
            (
                "a,A,IN,planned,XX,,1,assumed,none\n",
                "`XX` is not in countries.csv",
            ),
            (
                "a,A,IN,planned,IN,,1,assumed,none\na,A,IN,planned,IN,,1,assumed,none\n",
                "a: what it has announced stands twice",
            ),
            (
                &format!("{one}a,A,US,stock,,2024,1,assumed,none\n"),
                "a: 2024 does not follow 2022",
            ),
            (
                &format!("{one}a,B,US,stock,,2023,1,assumed,none\n"),
                "a: its name or its headquarters are two",
            ),
            (
                &format!("{one}a,A,US,planned,IN,,1,assumed,none\n"),
                "a: a company has a stock and sites, or something planned",
            ),
            (
                "a,A,IN,planned,IN,,2000,assumed,none\n",
                "IN: companies have announced 2000 kH100e, and countries.csv has 1173.7 for all",
            ),
        ] {
            let error = read(rows).unwrap_err();
            assert!(error.contains(says), "{rows}: {error}");
        }
    }
}
