//! Runs: many draws of laws, on all cores, kept on disk as they end.
//!
//! A run is its [`Plan`]: laws, draws, seed, last month, settings. The same plan gives the same results
//! on any number of threads. A run that was interrupted goes on where it stopped.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::kept::{Kept, files};
use crate::model::{Broken, Model, point};
use crate::posterior::Posterior;
use crate::series::SERIES;
use crate::table::Table;

/// What is run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The laws, as asked.
    pub laws: Vec<String>,
    /// How many draws.
    pub draws: u64,
    /// The seed of all chance.
    pub seed: u64,
    /// The last month, such as `2029-12`.
    pub until: String,
    /// Parameters held at a value, as `id=value`.
    pub settings: Vec<String>,
    /// The digest of the posterior whose draws are taken; none for the prior ranges.
    pub posterior: Option<String>,
    /// The digest of law, world and parameters.
    pub rests_on: String,
}

/// Why a run cannot begin, go on or be read.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// A file.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The folder holds another run.
    #[error("{}: this folder holds another run: {what}; name another folder, or remove it", path.display())]
    Other {
        /// The folder.
        path: PathBuf,
        /// What differs.
        what: String,
    },
    /// A plan that cannot be read, or what is no folder.
    #[error("{}: {why}", path.display())]
    Plan {
        /// Which.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// Not all draws of the run are there and whole.
    #[error("{}: {done} of {draws} draws are whole; run it again to go on", path.display())]
    Unfinished {
        /// The folder.
        path: PathBuf,
        /// How many are there.
        done: u64,
        /// How many there are to be.
        draws: u64,
    },
    /// It was told to stop; what is done is kept in its folder.
    #[error("stopped after {done} of {all} rehearsals")]
    Stopped {
        /// How many are done.
        done: u64,
        /// How many there are to be.
        all: u64,
    },
    /// Accounts of a rehearsal that do not add up.
    #[error("draw {draw} of {law}: {broken}")]
    Broken {
        /// The draw.
        draw: u64,
        /// The law.
        law: String,
        /// What is broken.
        broken: Broken,
    },
    /// A value beyond all numbers.
    #[error(
        "draw {draw} of {law}: {series} is beyond all numbers in {month}; let the run end before, or hold \
         parameters nearer to their ranges"
    )]
    Endless {
        /// The draw.
        draw: u64,
        /// The law.
        law: String,
        /// The series.
        series: &'static str,
        /// The first such month.
        month: String,
    },
}

impl RunError {
    pub(crate) fn file(path: &Path) -> impl FnOnce(std::io::Error) -> RunError + use<> {
        let path = path.to_owned();
        move |source| RunError::File { path, source }
    }
}

/// The parameters of draws: from the prior ranges, or from the posterior.
#[derive(Debug, Clone)]
pub struct Drawing {
    seed: u64,
    posterior: Option<Posterior>,
}

impl Drawing {
    /// Draws of a seed.
    #[must_use]
    pub fn new(seed: u64, posterior: Option<Posterior>) -> Drawing {
        Drawing {
            seed,
            posterior: posterior.map(|posterior| posterior.shuffled(seed)),
        }
    }

    /// After how many draws their parameters come again, with other chance; none where they never do.
    #[must_use]
    pub fn again_after(&self) -> Option<usize> {
        self.posterior.as_ref().map(|p| p.accepted.len())
    }

    /// The parameters of a draw.
    #[must_use]
    pub fn values(&self, model: &Model, draw: u64) -> Vec<f64> {
        let dimensions = model.parameters.all().len();
        let point = match &self.posterior {
            Some(posterior) => posterior.point(draw, dimensions),
            None => point(self.seed, draw, dimensions),
        };
        model.parameters.at(&point)
    }
}

/// Runs a plan into a folder, or goes on with it; `each` is told after every draw how many are done.
///
/// # Errors
///
/// A folder of another run, a file, or accounts that do not add up.
pub fn run(
    folder: &Path,
    plan: &Plan,
    model: &Model,
    tables: &[Table],
    drawing: &Drawing,
    each: &(dyn Fn(u64) + Sync),
) -> Result<Results, RunError> {
    let on = |done| {
        each(done);
        true
    };
    run_while(folder, plan, model, tables, drawing, &on)
}

/// The same, for as long as `on` says so: it is told after every draw how many are done.
///
/// # Errors
///
/// As for [`run`], or that it was stopped.
pub(crate) fn run_while(
    folder: &Path,
    plan: &Plan,
    model: &Model,
    tables: &[Table],
    drawing: &Drawing,
    on: &(dyn Fn(u64) -> bool + Sync),
) -> Result<Results, RunError> {
    begin(folder, plan)?;
    let size = model.series() * model.world.months.len() * size_of::<f32>();
    let mut open = Vec::new();
    let mut todo = Vec::new();
    for law in 0..tables.len() {
        let mut kept = Kept::open(folder, plan, law, size)?;
        let whole = (0..).zip(kept.whole()?);
        todo.extend(whole.filter(|(_, whole)| !whole).map(|(n, _)| (n, law)));
        open.push(Mutex::new(kept));
    }
    // A draw of every law is near the same draw of another: what is interrupted is comparable.
    todo.sort_unstable();
    let all = plan.draws * tables.len() as u64;
    let done = std::sync::atomic::AtomicU64::new(all - todo.len() as u64);
    let go_on = |done| match on(done) {
        true => Ok(()),
        false => Err(RunError::Stopped { done, all }),
    };
    go_on(all - todo.len() as u64)?;
    todo.par_iter().try_for_each(|(draw, law)| {
        let values = drawing.values(model, *draw);
        let told = model.rehearse(&tables[*law], &values, plan.seed, *draw);
        let told = told.map_err(|broken| RunError::Broken {
            draw: *draw,
            law: plan.laws[*law].clone(),
            broken,
        })?;
        if let Some((series, month)) = endless(model, &told.values) {
            return Err(RunError::Endless {
                draw: *draw,
                law: plan.laws[*law].clone(),
                series,
                month,
            });
        }
        let bytes: Vec<u8> = told.values.iter().flat_map(|x| x.to_le_bytes()).collect();
        let kept = &open[*law];
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.keep(*draw, &bytes)?;
        drop(kept);
        go_on(1 + done.fetch_add(1, std::sync::atomic::Ordering::Relaxed))
    })?;
    Results::of(folder, plan.clone())
}

/// The first series that is beyond all numbers, and the month.
fn endless(model: &Model, values: &[f32]) -> Option<(&'static str, String)> {
    let months = model.world.months;
    let at = values.iter().position(|x| x.is_infinite())?;
    let series = SERIES.get(at / months.len());
    let month = months.month(at % months.len()).to_string();
    Some((series.map_or("a series of a country", |s| s.id), month))
}

/// Makes the folder and writes the plan, or finds the same plan there.
fn begin(folder: &Path, plan: &Plan) -> Result<(), RunError> {
    let path = folder.join("plan.json");
    if folder.is_file() {
        return Err(RunError::Plan {
            path: folder.to_owned(),
            why: "this is a file; name a folder for the results".into(),
        });
    }
    if path.exists() {
        let there = read_plan(folder)?;
        return match differs(&there, plan) {
            None => Ok(()),
            Some(what) => Err(RunError::Other {
                path: folder.to_owned(),
                what,
            }),
        };
    }
    std::fs::create_dir_all(folder).map_err(RunError::file(folder))?;
    let text = serde_json::to_string_pretty(plan).unwrap_or_default();
    // Another process may begin the same run at the same time.
    let part = folder.join(format!("plan.{}.part", std::process::id()));
    std::fs::write(&part, text + "\n").map_err(RunError::file(&part))?;
    std::fs::rename(&part, &path).map_err(RunError::file(&path))
}

/// The first thing in which two plans differ.
fn differs(there: &Plan, asked: &Plan) -> Option<String> {
    let told = |plan: &Plan| -> [(&str, String); 7] {
        [
            ("laws", plan.laws.join(" ")),
            ("draws", plan.draws.to_string()),
            ("seed", plan.seed.to_string()),
            ("until", plan.until.clone()),
            ("settings", plan.settings.join(" ")),
            (
                "posterior",
                plan.posterior.clone().unwrap_or_else(|| "none".into()),
            ),
            (
                "the digest of law, world and parameters",
                plan.rests_on.clone(),
            ),
        ]
    };
    let pairs = told(there).into_iter().zip(told(asked));
    pairs
        .into_iter()
        .find(|(a, b)| a != b)
        .map(|((name, a), (_, b))| format!("{name} `{a}`, not `{b}`"))
}

fn read_plan(folder: &Path) -> Result<Plan, RunError> {
    let path = folder.join("plan.json");
    let read = std::fs::read_to_string(&path).map_err(|error| error.to_string());
    let plan = read.and_then(|text| serde_json::from_str(&text).map_err(|e| e.to_string()));
    plan.map_err(|why| RunError::Plan {
        path,
        why: format!("this is no plan of a run: {why}; name another folder, or remove it"),
    })
}

/// The results of a run, on disk.
#[derive(Debug)]
pub struct Results {
    /// What was run.
    pub plan: Plan,
    folder: PathBuf,
    record: usize,
}

impl Results {
    /// Opens the results of a run that has ended.
    ///
    /// # Errors
    ///
    /// A folder without a run, or a run of which not every draw is there and whole.
    pub fn open(folder: &Path) -> Result<Results, RunError> {
        Results::of(folder, read_plan(folder)?)
    }

    fn of(folder: &Path, plan: Plan) -> Result<Results, RunError> {
        let mut record = 0;
        for law in 0..plan.laws.len() {
            let mut kept = Kept::read(folder, &plan, law)?;
            let done = kept.whole()?.iter().filter(|whole| **whole).count() as u64;
            if done < plan.draws {
                return Err(RunError::Unfinished {
                    path: folder.to_owned(),
                    done,
                    draws: plan.draws,
                });
            }
            record = kept.record;
        }
        Ok(Results {
            plan,
            folder: folder.to_owned(),
            record,
        })
    }

    /// The months of a series in every draw of a law: an entry a draw.
    ///
    /// # Errors
    ///
    /// A file that cannot be read.
    pub fn series(
        &self,
        law: usize,
        series: usize,
        months: usize,
    ) -> Result<Vec<Vec<f32>>, RunError> {
        let (path, _) = files(&self.folder, law);
        let mut file = File::open(&path).map_err(RunError::file(&path))?;
        let mut bytes = vec![0; months * size_of::<f32>()];
        let mut draws = Vec::with_capacity(usize::try_from(self.plan.draws).unwrap_or_default());
        for draw in 0..self.plan.draws {
            let at = draw * self.record as u64 + (series * bytes.len()) as u64;
            let read = file
                .seek(SeekFrom::Start(at))
                .and_then(|_| file.read_exact(&mut bytes));
            read.map_err(RunError::file(&path))?;
            let values = bytes
                .chunks_exact(4)
                .map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]));
            draws.push(values.collect());
        }
        Ok(draws)
    }

    /// The draws of a law, one after the other: each with all of its series, months within a series. No
    /// more than one is held at a time.
    ///
    /// # Errors
    ///
    /// A file that cannot be opened; each draw may be one that cannot be read.
    pub fn draws(&self, law: usize) -> Result<Draws, RunError> {
        let (path, _) = files(&self.folder, law);
        let file = File::open(&path).map_err(RunError::file(&path))?;
        Ok(Draws {
            file: std::io::BufReader::new(file),
            path,
            left: self.plan.draws,
            bytes: vec![0; self.record],
        })
    }
}

/// The draws of a law as they stand on disk; see [`Results::draws`].
#[derive(Debug)]
pub struct Draws {
    file: std::io::BufReader<File>,
    path: PathBuf,
    left: u64,
    bytes: Vec<u8>,
}

impl Iterator for Draws {
    type Item = Result<Vec<f32>, RunError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        if let Err(error) = self.file.read_exact(&mut self.bytes) {
            self.left = 0;
            return Some(Err(RunError::file(&self.path)(error)));
        }
        let values = self.bytes.chunks_exact(4);
        Some(Ok(values
            .map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]))
            .collect()))
    }
}
