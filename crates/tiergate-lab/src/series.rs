//! What a rehearsal tells, month by month: each series with its unit and what it says.

/// A series of a rehearsal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Series {
    /// Its id, such as `stock.us`.
    pub id: &'static str,
    /// Its unit.
    pub unit: &'static str,
    /// What it says.
    pub says: &'static str,
}

macro_rules! series {
    ($($name:ident = $id:literal, $unit:literal, $says:literal;)*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms, reason = "names of places in a row")]
        #[repr(usize)]
        enum Place { $($name),* }

        $(#[doc = concat!("The place of `", $id, "`: ", $says, ".")]
        pub const $name: usize = Place::$name as usize;)*

        /// The series of the world as a whole and of its groups, in the order in which they stand.
        pub const SERIES: &[Series] = &[$(Series { id: $id, unit: $unit, says: $says }),*];
    };
}

series! {
    STOCK_US = "stock.us", "kH100e", "U.S. chips in the United States";
    STOCK_ALLIES = "stock.allies", "kH100e", "U.S. chips in the favoured group of January 2025";
    STOCK_MIDDLE = "stock.middle", "kH100e", "U.S. chips in all other countries";
    STOCK_EMBARGOED = "stock.embargoed", "kH100e", "U.S. chips sold by law to arms-embargoed countries";
    STOCK_SMUGGLED = "stock.smuggled", "kH100e", "U.S. chips smuggled to China";
    STOCK_CHINESE = "stock.chinese", "kH100e", "Chinese chips in China";
    STOCK_CHINESE_ABROAD = "stock.chinese-abroad", "kH100e", "Chinese chips in third countries";
    SHARE_US = "share.us", "share", "of the world's computing power in the United States";
    SHARE_ALLIES = "share.allies", "share", "of it in the favoured group";
    SHARE_MIDDLE = "share.middle", "share", "of it in all other countries";
    SHARE_CHINA = "share.china", "share", "of it in arms-embargoed countries, smuggled and Chinese chips included";
    SHARE_CHINA_BY_LAW = "share.china-by-law", "share", "of it in China alone, what was smuggled left out of both";
    SHARE_CHINESE_ABROAD = "share.chinese-abroad", "share", "of computing power in third countries that is of Chinese chips";
    TPP_US = "tpp.us", "billion TPP", "U.S. chips in the United States";
    TPP_ALLIES = "tpp.allies", "billion TPP", "U.S. chips in the favoured group";
    TPP_MIDDLE = "tpp.middle", "billion TPP", "U.S. chips in all other countries";
    TPP_EMBARGOED = "tpp.embargoed", "billion TPP", "U.S. chips sold by law to arms-embargoed countries";
    MADE = "made", "kH100e", "chips made in the month";
    DELIVERED = "delivered", "kH100e", "chips that came into use in the month, smuggled ones not counted";
    DELIVERED_US = "delivered.us", "kH100e", "of them in the United States";
    DELIVERED_ALLIES = "delivered.allies", "kH100e", "of them in the favoured group";
    DELIVERED_MIDDLE = "delivered.middle", "kH100e", "of them in all other countries";
    DELIVERED_EMBARGOED = "delivered.embargoed", "kH100e", "of them in arms-embargoed countries, by law";
    IN_TRANSIT = "in-transit", "kH100e", "chips sold and not yet in use";
    UNSOLD = "unsold", "kH100e", "chips that nobody may or can take";
    REFUSED = "refused", "kH100e", "wanted outside the United States and China in the month and refused, given up, or not asked for because the law denies it";
    REFUSED_ALLIES = "refused.allies", "kH100e", "of it by the favoured group";
    REFUSED_MIDDLE = "refused.middle", "kH100e", "of it by all other countries";
    DELAYED = "delayed", "kH100e", "on applications that wait or are reviewed";
    FILED = "licenses.filed", "applications", "for chips, filed in the month";
    FILED_ALL = "licenses.filed-all", "applications", "for chips and for other goods, filed in the month";
    WAITING = "licenses.waiting", "applications", "for chips and for other goods that wait to be taken up";
    WAITING_CHIPS = "licenses.waiting-chips", "applications", "of them for chips";
    WAIT_MEDIAN = "licenses.wait-median", "days", "from filing to decision, the median application for chips of the month";
    WAIT_P90 = "licenses.wait-p90", "days", "the same, within which nine in ten are decided";
    DAYS_ALL = "licenses.days", "days", "from filing to decision, the mean of applications for all goods";
    DAYS_EMBARGOED = "licenses.days-embargoed", "days", "the same for chips to arms-embargoed countries";
    DENIED = "licenses.denied", "applications", "for chips, denied in the month";
    GIVEN_UP = "licenses.given-up", "applications", "for chips, given up while they waited";
    DIVERTED = "diverted", "kH100e", "chips smuggled to China that arrived in the month";
    SEIZED = "seized", "kH100e", "chips seized in the month";
    PREMIUM = "premium", "share of the price", "what smuggled chips cost in China above the price";
    SHELLS = "shells", "companies", "shell companies in use";
    ROUTES = "routes", "routes", "that carry a fiftieth of the flow or more";
    DEALS = "deals", "agreements", "between governments, signed and in force";
    TALKS = "deals.talks", "countries", "in talks";
    SHARE_BOUND = "share.bound", "share", "of U.S. chips abroad, China apart, that went under a license, an agreement or a status that can be withdrawn";
    SITES = "sites.large", "sites", "of 100,000 H100-equivalents and more outside the United States, its favoured group and China";
    PRICE = "price", "USD thousand", "the price of an H100-equivalent";
    REVENUE = "revenue", "USD million", "of U.S. chip makers in the month";
    REVENUE_ABROAD = "revenue.abroad", "USD million", "of it from abroad, smuggled chips not counted";
    DUTY = "revenue.duty", "USD million", "paid to the United States on chips to China";
    COOPERATION = "cooperation", "share", "of allies' cooperation on equipment controls that is left";
    CHINESE_MADE = "chinese-made", "kH100e", "AI chips made in China in the month";
    RESTRICTED = "restricted", "countries", "whose companies need a license for the largest orders of the best chips";
    NEWLY_RESTRICTED = "newly-restricted", "countries", "restricted more than the month before";
    RELIEVED = "relieved", "countries", "restricted less than the month before";
    CAPPED = "caps.used-up", "countries", "that have used nine tenths of their limit or more";
    EFFORT = "effort", "times that of 2024", "effort against smuggling";
}

/// What is told of each country.
pub const BY_PLACE: [Series; 4] = [
    Series {
        id: "stock",
        unit: "kH100e",
        says: "U.S. chips in the country",
    },
    Series {
        id: "imports",
        unit: "kH100e",
        says: "chips that came in, those smuggled on included",
    },
    Series {
        id: "diverted",
        unit: "kH100e",
        says: "of them smuggled on to China, before seizures",
    },
    Series {
        id: "cap",
        unit: "share",
        says: "of the country's limit that is used",
    },
];

/// Where the stock of a country stands among [`BY_PLACE`].
pub const STOCK: usize = 0;
/// Where its imports stand.
pub const IMPORTS: usize = 1;
/// Where what was smuggled through it stands.
pub const THROUGH: usize = 2;
/// Where the use of its limit stands.
pub const CAP: usize = 3;

/// What is told of each named company.
pub const BY_COMPANY: [Series; 2] = [
    Series {
        id: "company.holds",
        unit: "kH100e",
        says: "chips that went to the company outside the United States",
    },
    Series {
        id: "company.limit",
        unit: "share",
        says: "of a limit of its status that it has used, the largest of those it drew on in the month; above one where it bought more under licenses",
    },
];

/// Where what a company holds stands among [`BY_COMPANY`].
pub const HOLDS: usize = 0;
/// Where the use of its limits stands.
pub const USED: usize = 1;

/// From this much on a limit counts as used up, as `caps.used-up` says.
pub const NEARLY: f64 = 0.9;

/// How many series there are with so many countries and companies.
#[must_use]
pub const fn count(places: usize, companies: usize) -> usize {
    SERIES.len() + BY_PLACE.len() * places + BY_COMPANY.len() * companies
}

/// The place of a country's series.
#[must_use]
pub const fn of_place(series: usize, place: usize, places: usize) -> usize {
    SERIES.len() + series * places + place
}

/// The place of a company's series.
#[must_use]
pub const fn of_company(series: usize, company: usize, places: usize, companies: usize) -> usize {
    count(places, 0) + series * companies + company
}

/// Of what series are told besides the world as a whole: countries by their codes, companies by their ids.
///
/// ```
/// use tiergate_lab::series::{self, Told};
/// let told = Told::of(["US", "MY"], ["oracle"]);
/// assert_eq!(told.find("stock.us"), Some(series::STOCK_US));
/// assert_eq!(told.find("diverted:MY"), Some(series::of_place(series::THROUGH, 1, 2)));
/// assert_eq!(told.find("company.limit:oracle"), Some(series::of_company(series::USED, 0, 2, 1)));
/// assert_eq!((told.find("diverted:XX"), told.find("company.limit:MY")), (None, None));
/// assert!((0..told.count()).all(|at| told.find(&told.id(at).unwrap()) == Some(at)));
/// assert_eq!(told.unit(told.find("company.limit:oracle").unwrap()), "share");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The codes of the countries.
    pub countries: Vec<String>,
    /// The ids of the companies.
    pub companies: Vec<String>,
}

impl Told {
    /// Of these countries and companies.
    pub fn of<C: Into<String>, D: Into<String>>(
        countries: impl IntoIterator<Item = C>,
        companies: impl IntoIterator<Item = D>,
    ) -> Told {
        Told {
            countries: countries.into_iter().map(Into::into).collect(),
            companies: companies.into_iter().map(Into::into).collect(),
        }
    }

    /// How many series there are.
    #[must_use]
    pub fn count(&self) -> usize {
        count(self.countries.len(), self.companies.len())
    }

    /// The place of the series of this id: `stock.us`, `diverted:MY` of a country, `company.limit:oracle` of
    /// a company.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<usize> {
        let Some((id, whose)) = id.split_once(':') else {
            return SERIES.iter().position(|s| s.id == id);
        };
        let (places, companies) = (self.countries.len(), self.companies.len());
        if let Some(series) = BY_PLACE.iter().position(|s| s.id == id) {
            let place = self.countries.iter().position(|c| c == whose)?;
            return Some(of_place(series, place, places));
        }
        let series = BY_COMPANY.iter().position(|s| s.id == id)?;
        let company = self.companies.iter().position(|c| c == whose)?;
        Some(of_company(series, company, places, companies))
    }

    /// The series at a place, and whose it is; none of a series of the world as a whole.
    #[must_use]
    pub fn at(&self, at: usize) -> Option<(&'static Series, Option<&str>)> {
        if let Some(series) = SERIES.get(at) {
            return Some((series, None));
        }
        let of = |series: &'static [Series], whose: &'_ [String], at: usize| {
            let series = series.get(at.checked_div(whose.len())?)?;
            Some((series, at % whose.len()))
        };
        let places = count(self.countries.len(), 0);
        let (series, whose) = if at < places {
            let (series, place) = of(&BY_PLACE, &self.countries, at - SERIES.len())?;
            (series, &self.countries[place])
        } else {
            let (series, company) = of(&BY_COMPANY, &self.companies, at - places)?;
            (series, &self.companies[company])
        };
        Some((series, Some(whose)))
    }

    /// The id of the series at a place, the other way round from [`Told::find`].
    #[must_use]
    pub fn id(&self, at: usize) -> Option<String> {
        let (series, whose) = self.at(at)?;
        Some(match whose {
            None => series.id.to_owned(),
            Some(whose) => format!("{}:{whose}", series.id),
        })
    }

    /// The unit of the series at a place; empty where there is none.
    #[must_use]
    pub fn unit(&self, at: usize) -> &'static str {
        self.at(at).map_or("", |(series, _)| series.unit)
    }
}
