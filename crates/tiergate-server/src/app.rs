//! What every request shares.

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};

use jiff::civil::Date;
use jiff::{Timestamp, tz::TimeZone};
use tiergate_cases::{Folded, HOME, Kind, LawBook, advising};
use tiergate_law::{LawRef, View};
use tiergate_ledger::{Ledger, Options, Place};
use tokio::sync::Semaphore;

use crate::cases::Cases;
use crate::casework::Tidied;
use crate::config::Config;
use crate::db::{Database, Db};
use crate::guard::rate::Rate;
use crate::lab::Lab;
use crate::measure::Measures;
use crate::oidc::{self, Oidc};
use crate::people::People;
use crate::run::ServeError;

/// The zone of the desk's days.
const ZONE: &str = "America/New_York";

/// What every request shares.
pub struct App {
    /// What the service was started with.
    pub config: Config,
    /// People and how they prove who they are.
    pub people: People,
    /// The ledger.
    pub ledger: Ledger,
    /// The cases.
    pub cases: Cases,
    /// Where the desk is: its days are the days there.
    pub(crate) zone: TimeZone,
    /// The law by which cases are worked: as enforced.
    pub law: LawBook<'static>,
    /// The cases as far as they were folded.
    pub folded: Folded,
    /// When it was last looked for what is over by the day alone.
    pub(crate) tidied: Tidied,
    /// Turns for work on the database or the engine.
    pub(crate) turns: Arc<Semaphore>,
    /// Requests by person or address.
    pub(crate) rate: Rate,
    /// What is counted and timed.
    pub(crate) measures: Measures,
    /// The provider of OpenID Connect, if there is one.
    pub(crate) oidc: Option<oidc::Login>,
    /// The rehearsals of this process.
    pub(crate) lab: Lab,
    /// Where it listens, once it does.
    pub(crate) at: OnceLock<SocketAddr>,
}

/// The same for all requests.
pub type Shared = Arc<App>;

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App").finish_non_exhaustive()
    }
}

impl App {
    /// Opens the database, and makes what is not there.
    ///
    /// # Errors
    ///
    /// When it cannot be opened, the law has faults, or a provider could not lead browsers back.
    pub fn open(config: Config) -> Result<Shared, ServeError> {
        if config.oidc.is_some() {
            Oidc::leads_back(config.public_url.as_deref(), config.listen)
                .map_err(ServeError::open)?;
        }
        let oidc = config.oidc.clone().map(oidc::Login::new);
        let oidc = oidc.transpose().map_err(ServeError::open)?;
        let place = match &config.database {
            Database::File(path) => Place::File(path.clone()),
            Database::Server(url) => Place::Database(url.clone()),
        };
        let options = Options {
            make: true,
            clock: Arc::clone(&config.clock),
            ..Options::default()
        };
        // The ledger first: where there is no file yet, it makes it.
        let ledger = Ledger::open(place, options).map_err(ServeError::open)?;
        let cases = Cases::open(&config.database).map_err(ServeError::open)?;
        let db = Db::open(config.database.clone()).map_err(ServeError::open)?;
        let law = LawBook::new(&config.desk.library, LawRef::us(), View::Enforced)
            .map_err(ServeError::open)?;
        // Without it days would be those of another place.
        let zone = TimeZone::get(ZONE).map_err(ServeError::open)?;
        let limits = &config.limits;
        Ok(Arc::new(App {
            people: People::new(db),
            ledger,
            cases,
            law,
            folded: Folded::default(),
            tidied: Tidied::default(),
            zone,
            turns: Arc::new(Semaphore::new(limits.at_once)),
            rate: Rate::new(limits),
            measures: Measures::new(),
            oidc,
            lab: Lab::default(),
            at: OnceLock::new(),
            config,
        }))
    }

    /// The address people reach the desk by, without an end: `https://desk.example.org`.
    #[must_use]
    pub(crate) fn base(&self) -> String {
        match &self.config.public_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => format!("http://{}", self.at.get().unwrap_or(&self.config.listen)),
        }
    }

    /// Now, in microseconds since 1970.
    #[must_use]
    pub fn now(&self) -> i64 {
        (self.config.clock)()
    }

    /// The moment now.
    #[must_use]
    pub fn moment(&self) -> Timestamp {
        Timestamp::from_microsecond(self.now()).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// Today at the desk: in Washington, where the day of an application counts.
    #[must_use]
    pub fn today(&self) -> Date {
        self.moment().to_zoned(self.zone.clone()).date()
    }

    /// The agencies that people may speak for: those that advise on applications today, and the one
    /// that keeps the desk.
    ///
    /// # Errors
    ///
    /// A law that has faults.
    pub fn agencies(&self) -> Result<Vec<String>, tiergate_cases::Error> {
        let rules = self.law.on(self.today())?;
        let mut agencies = vec![HOME.to_owned()];
        agencies.extend(advising(&rules, Kind::License));
        Ok(agencies)
    }
}
