//! The same kernel in SimPy: does it tell the same, how long does each take, how long is each written.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use tiergate_lab::Model;
use tiergate_lab::model::{Knobs, Places};

use crate::inputs::{Inputs, make};
use crate::kernel::{Outputs, run};
use crate::opened::two;
use crate::timing::{Contestant, race, show, table};

/// How far two numbers may be apart, as a share of the larger, or of one where both are smaller: sums
/// are taken in another order, and the premium is found by halving.
const APART: f64 = 1e-6;

/// The sources of both kernels. The lab's have quantiles of waits and amounts by cell besides.
const OURS: [(&str, &str); 3] = [
    (
        "queue.rs",
        include_str!("../../../crates/tiergate-lab/src/model/queue.rs"),
    ),
    (
        "routes.rs",
        include_str!("../../../crates/tiergate-lab/src/model/routes.rs"),
    ),
    ("kernel.rs", include_str!("kernel.rs")),
];
const THEIRS: [(&str, &str); 1] = [("kernel.py", include_str!("../peer/kernel.py"))];

/// A number with what it is.
fn numbers(told: &Outputs) -> Vec<(String, f64)> {
    let series = [
        ("applications for chips waiting", &told.waiting_chips),
        ("other applications waiting", &told.waiting_other),
        ("kH100e waiting", &told.amounts_waiting),
        ("kH100e taken up", &told.licensed),
        ("days of applications for chips", &told.days_chips),
        ("days of other applications", &told.days_other),
        ("premium", &told.premium),
    ];
    let mut all = Vec::new();
    for (name, values) in series {
        let named = values.iter().enumerate();
        all.extend(named.map(|(month, x)| (format!("{name}, month {month}"), *x)));
    }
    for (month, flows) in told.flows.iter().enumerate() {
        let named = flows.iter().enumerate();
        all.extend(named.map(|(n, x)| (format!("flow of route {n}, month {month}"), *x)));
    }
    all
}

/// How far two kernels are apart at most, and where first by more than they may be.
fn apart(ours: &Outputs, theirs: &Outputs) -> Result<f64, String> {
    let (ours, theirs) = (numbers(ours), numbers(theirs));
    if ours.len() != theirs.len() {
        return Err(format!("{} numbers and {}", ours.len(), theirs.len()));
    }
    let mut most = 0.0_f64;
    for ((name, a), (other, b)) in ours.iter().zip(&theirs) {
        let by = (a - b).abs() / a.abs().max(b.abs()).max(1.0);
        // What is no number is no agreement.
        if name != other || by.is_nan() || by > APART {
            return Err(format!("{name}: {a} here and {b} in SimPy"));
        }
        most = most.max(by);
    }
    Ok(most)
}

/// SimPy, waiting to be told how often to run.
struct SimPy {
    child: Child,
    asks: ChildStdin,
    tells: BufReader<ChildStdout>,
}

impl SimPy {
    fn start(inputs: &Path, outputs: &Path) -> Result<SimPy> {
        let bench = Path::new(env!("CARGO_MANIFEST_DIR"));
        let python = bench.join("../target/simpy/bin/python");
        let mut child = Command::new(&python)
            .args([&bench.join("peer/run.py"), inputs, outputs])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("{} is made by `bench/run lab`", python.display()))?;
        let asks = child.stdin.take().context("no input")?;
        let tells = BufReader::new(child.stdout.take().context("no output")?);
        let mut peer = SimPy { child, asks, tells };
        let ready = peer.line()?;
        ensure!(ready == "ready", "SimPy says `{ready}`, not `ready`");
        Ok(peer)
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        self.tells.read_line(&mut line)?;
        Ok(line.trim().to_owned())
    }

    /// The nanoseconds of so many runs.
    fn runs(&mut self, count: usize) -> Result<u64> {
        writeln!(self.asks, "{count}")?;
        Ok(self.line()?.parse()?)
    }

    fn stop(self) -> Result<()> {
        let SimPy {
            mut child, asks, ..
        } = self;
        drop(asks);
        ensure!(child.wait()?.success(), "SimPy ended with a fault");
        Ok(())
    }
}

/// Inputs in which one number differs: one application more on one day.
fn planted(inputs: &Inputs) -> Inputs {
    let mut inputs = inputs.clone();
    let month = inputs.months.len() / 3;
    inputs.months[month].days[10].general += 1.0;
    inputs
}

/// The lines of a source that are neither blank nor comment.
fn lines(source: &str) -> usize {
    let written = source.lines().map(str::trim);
    written
        .filter(|l| !l.is_empty() && !l.starts_with("//"))
        // An attribute in Rust is no comment.
        .filter(|l| !l.starts_with('#') || l.starts_with("#["))
        .count()
}

fn lines_of(sources: &[(&str, &str)]) -> usize {
    sources.iter().map(|(_, source)| lines(source)).sum()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../target")
}

/// Checks that both tell the same, times them, counts their lines. With `defect`, SimPy's numbers are
/// compared with those of inputs that differ in one number, which is to fail.
pub fn peer(defect: bool) -> Result<()> {
    let model = two()?.model;
    let file = folder().join("lab-inputs.json");
    std::fs::write(&file, serde_json::to_string(&make(&model)?)?)?;
    // Both read the same file.
    let inputs: Inputs = serde_json::from_str(&std::fs::read_to_string(&file)?)?;
    let knobs = knobs(&model, &inputs)?;
    let outputs = folder().join("lab-simpy.json");
    let mut simpy = SimPy::start(&file, &outputs)?;
    let theirs: Outputs = serde_json::from_str(&std::fs::read_to_string(&outputs)?)?;
    let ours = match defect {
        true => run(&planted(&inputs), &knobs),
        false => run(&inputs, &knobs),
    };
    let most = match apart(&ours, &theirs) {
        Ok(most) => most,
        Err(why) => bail!("the kernels differ: {why}"),
    };
    let Err(found) = apart(&run(&planted(&inputs), &knobs), &theirs) else {
        bail!("one application more on one day is not found: the check is blind");
    };
    let (places, months) = (inputs.routes.len(), inputs.months.len());
    let days: usize = inputs.months.iter().map(|m| m.days.len()).sum();
    println!("## The queue and the routes beside SimPy (`bench/run lab peer`)\n");
    println!(
        "{days} days of three lines and {months} months of {places} routes. All {} numbers agree, within {most:.0e} \
         at most ({APART:.0e} is allowed). One application more on one day is found: {found}.\n",
        numbers(&ours).len()
    );
    let mut broken = None;
    let contestants = vec![
        Contestant::each("the lab's", 1, |_| run(&inputs, &knobs)),
        Contestant {
            name: "SimPy".to_owned(),
            slice: Box::new(|count| {
                // A run takes long enough for one to be a slice.
                let count = count.div_ceil(16);
                let begun = Instant::now();
                let nanos = simpy.runs(count).unwrap_or_else(|why| {
                    broken = Some(why);
                    begun.elapsed().as_nanos() as u64
                });
                (nanos, count)
            }),
        },
    ];
    let measured = race(contestants, 15, 300);
    if let Some(why) = broken {
        return Err(why.context("SimPy stopped"));
    }
    simpy.stop()?;
    let written = [lines_of(&OURS), lines_of(&THEIRS)];
    let mut rows = vec![
        ["kernel", "one run", "quartiles", "ratio", "lines of code"]
            .map(str::to_owned)
            .to_vec(),
    ];
    for (m, lines) in measured.iter().zip(written) {
        rows.push(vec![
            m.name.clone(),
            show(m.median),
            format!("{} to {}", show(m.low), show(m.high)),
            format!("{:.0}", m.median / measured[0].median),
            lines.to_string(),
        ]);
    }
    println!("{}", table(&rows));
    let each: Vec<String> = OURS
        .iter()
        .chain(&THEIRS)
        .map(|(name, source)| format!("{name} {}", lines(source)))
        .collect();
    println!("Lines neither blank nor comment: {}.", each.join(", "));
    Ok(())
}

/// The parameters of the inputs, as the lab reads them.
fn knobs(model: &Model, inputs: &Inputs) -> Result<Knobs> {
    let mut parameters = model.parameters.clone();
    for (id, value) in &inputs.parameters {
        parameters.set(&format!("{id}={value}"))?;
    }
    Ok(Places::find(&parameters)?.knobs(&parameters.defaults()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told() -> Outputs {
        Outputs {
            waiting_chips: vec![10.0, 2000.0],
            flows: vec![vec![0.5, 0.0]],
            ..Outputs::default()
        }
    }

    #[test]
    fn one_number_that_differs_is_found_and_named() {
        assert_eq!(apart(&told(), &told()), Ok(0.0));
        let mut other = told();
        other.waiting_chips[1] *= 1.0 + 1e-7;
        assert!(apart(&told(), &other).is_ok());
        other.flows[0][1] = 2e-6;
        let why = apart(&told(), &other).unwrap_err();
        assert!(why.starts_with("flow of route 1, month 0"), "{why}");
        other.flows[0][1] = f64::NAN;
        assert!(apart(&told(), &other).is_err());
        other.flows[0].pop();
        assert!(apart(&told(), &other).is_err());
    }

    #[test]
    fn comments_and_blank_lines_are_not_counted() {
        assert_eq!(
            lines("//! Head\n\n#[inline]\nfn a() {\n    // Why.\n    b(); // Here.\n}\n"),
            4
        );
        assert_eq!(lines("# Head\nimport simpy\n\n    # Why.\nx = 1\n"), 2);
    }
}
