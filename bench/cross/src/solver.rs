//! A solver beside: SMT-LIB in, `sat` or `unsat` out.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context, Result, bail};

/// The solver's process.
pub struct Solver {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

/// What it says of a set of assertions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Some facts satisfy them.
    Sat,
    /// None do.
    Unsat,
}

impl Verdict {
    pub const fn word(self) -> &'static str {
        match self {
            Verdict::Sat => "sat",
            Verdict::Unsat => "unsat",
        }
    }
}

impl Solver {
    /// Starts `z3`, which reads from a pipe; gives it and what it calls itself.
    pub fn start(program: &str) -> Result<(Solver, String)> {
        let mut child = Command::new(program)
            .args(["-in", "-smt2"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot run `{program}`"))?;
        let to = child.stdin.take().context("no pipe to the solver")?;
        let from = child.stdout.take().context("no pipe from the solver")?;
        let from = BufReader::new(from);
        let mut solver = Solver { child, to, from };
        solver.tell("(get-info :name)\n(get-info :version)\n")?;
        let answers = [solver.line()?, solver.line()?];
        let named = answers.map(|a| a.split('"').nth(1).unwrap_or("?").to_owned());
        Ok((solver, named.join(" ")))
    }

    /// Tells it something.
    pub fn tell(&mut self, text: &str) -> Result<()> {
        Ok(self.to.write_all(text.as_bytes())?)
    }

    fn line(&mut self) -> Result<String> {
        self.to.flush()?;
        let mut line = String::new();
        if self.from.read_line(&mut line)? == 0 {
            bail!("the solver ended");
        }
        let line = line.trim().to_owned();
        if line.starts_with("(error") {
            bail!("the solver says: {line}");
        }
        Ok(line)
    }

    /// Whether anything satisfies these with what was told; nothing else is asked before a reset,
    /// so that the solver may simplify all of it together.
    pub fn check_once(&mut self, assertions: &str) -> Result<Verdict> {
        self.tell(&format!("{assertions}(check-sat)\n"))?;
        self.verdict()
    }

    /// Whether anything satisfies these on top of what was told.
    pub fn check(&mut self, assertions: &str) -> Result<Verdict> {
        self.asked(assertions, |_| Ok(())).map(|(is, ())| is)
    }

    /// The same, and the values of these names in a model, if there is one.
    pub fn model(&mut self, assertions: &str, names: &[String]) -> Result<(Verdict, Vec<String>)> {
        self.asked(assertions, |solver| {
            let value = |name: &String| {
                solver.tell(&format!("(get-value ({name}))\n"))?;
                let line = solver.line()?;
                let value = line.trim_start_matches("((").strip_prefix(name.as_str());
                let value = value.and_then(|v| v.strip_suffix("))"));
                Ok(value.context(line.clone())?.trim().to_owned())
            };
            names.iter().map(value).collect()
        })
    }

    fn verdict(&mut self) -> Result<Verdict> {
        match self.line()?.as_str() {
            "sat" => Ok(Verdict::Sat),
            "unsat" => Ok(Verdict::Unsat),
            other => bail!("the solver says {other}"),
        }
    }

    fn asked<T: Default>(
        &mut self,
        assertions: &str,
        then: impl FnOnce(&mut Solver) -> Result<T>,
    ) -> Result<(Verdict, T)> {
        self.tell(&format!("(push)\n{assertions}(check-sat)\n"))?;
        let answered = match self.verdict()? {
            Verdict::Sat => (Verdict::Sat, then(self)?),
            Verdict::Unsat => (Verdict::Unsat, T::default()),
        };
        self.tell("(pop)\n")?;
        Ok(answered)
    }
}

impl Drop for Solver {
    fn drop(&mut self) {
        // It ends with its input; what it still does is of no use.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
