//! What is kept of a law's draws: a file of their values, and beside it a mark a draw by which it is known to
//! be whole.
//!
//! A mark is a digest of the plan, the law, the draw and its bytes. So what was cut short, what never reached
//! the disk, what was changed since and what another run left behind are told from what is whole, and drawn
//! again.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::run::{Plan, RunError};

/// Bytes of a mark.
const MARK: usize = 8;

/// The file of a law's values and that of its marks.
pub(crate) fn files(folder: &Path, law: usize) -> (PathBuf, PathBuf) {
    (
        folder.join(format!("law-{law}.f32")),
        folder.join(format!("law-{law}.done")),
    )
}

/// The draws of a law on disk.
#[derive(Debug)]
pub(crate) struct Kept {
    data: File,
    marks: File,
    paths: (PathBuf, PathBuf),
    /// Bytes of a draw.
    pub(crate) record: usize,
    draws: u64,
    /// What every mark of this law begins with.
    digest: blake3::Hasher,
}

impl Kept {
    fn new(
        (data, marks): (File, File),
        paths: (PathBuf, PathBuf),
        plan: &Plan,
        law: usize,
        record: usize,
    ) -> Kept {
        let mut digest = blake3::Hasher::new();
        digest.update(serde_json::to_string(plan).unwrap_or_default().as_bytes());
        digest.update(&(law as u64).to_le_bytes());
        Kept {
            data,
            marks,
            paths,
            record,
            draws: plan.draws,
            digest,
        }
    }

    /// Opens the files of a law to go on with, or makes them; a draw has `record` bytes.
    pub(crate) fn open(
        folder: &Path,
        plan: &Plan,
        law: usize,
        record: usize,
    ) -> Result<Kept, RunError> {
        let (data, marks) = files(folder, law);
        let open = |path: &Path| {
            let mut options = OpenOptions::new();
            options.create(true).truncate(false).read(true).write(true);
            options.open(path).map_err(RunError::file(path))
        };
        let opened = (open(&data)?, open(&marks)?);
        // Its length is that of the whole from the beginning: nothing stands behind the last draw.
        let length = plan.draws.saturating_mul(record as u64);
        opened.0.set_len(length).map_err(RunError::file(&data))?;
        Ok(Kept::new(opened, (data, marks), plan, law, record))
    }

    /// Opens the files of a law to read.
    pub(crate) fn read(folder: &Path, plan: &Plan, law: usize) -> Result<Kept, RunError> {
        let (data, marks) = files(folder, law);
        let open = |path: &Path| File::open(path).map_err(RunError::file(path));
        let opened = (open(&data)?, open(&marks)?);
        let length = opened.0.metadata().map_err(RunError::file(&data))?.len();
        let record = usize::try_from(length / plan.draws.max(1)).unwrap_or_default();
        Ok(Kept::new(opened, (data, marks), plan, law, record))
    }

    fn mark(&self, draw: u64, bytes: &[u8]) -> [u8; MARK] {
        let mut digest = self.digest.clone();
        digest.update(&draw.to_le_bytes()).update(bytes);
        let mut mark = [0; MARK];
        mark.copy_from_slice(&digest.finalize().as_bytes()[..MARK]);
        mark
    }

    /// Whether each draw is whole.
    pub(crate) fn whole(&mut self) -> Result<Vec<bool>, RunError> {
        let mut marks = Vec::new();
        let read = self.marks.rewind();
        let read = read.and_then(|()| self.marks.read_to_end(&mut marks));
        read.map_err(RunError::file(&self.paths.1))?;
        let draws = usize::try_from(self.draws).unwrap_or(usize::MAX);
        marks.resize(draws.saturating_mul(MARK), 0);
        let mut bytes = vec![0; self.record];
        let mut whole = Vec::with_capacity(draws);
        for (draw, mark) in (0..).zip(marks.chunks_exact(MARK)) {
            whole.push(
                mark != [0; MARK] && {
                    let there = self.take(draw, &mut bytes);
                    there.map_err(RunError::file(&self.paths.0))? && mark == self.mark(draw, &bytes)
                },
            );
        }
        Ok(whole)
    }

    /// Reads a draw; no where the file ends before it.
    fn take(&mut self, draw: u64, bytes: &mut [u8]) -> std::io::Result<bool> {
        self.data.seek(self.at(draw, self.record))?;
        match self.data.read_exact(bytes) {
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(false),
            read => read.map(|()| true),
        }
    }

    /// Keeps a draw. It is marked once it is written.
    pub(crate) fn keep(&mut self, draw: u64, bytes: &[u8]) -> Result<(), RunError> {
        let kept = self.data.seek(self.at(draw, self.record));
        let kept = kept.and_then(|_| self.data.write_all(bytes));
        kept.map_err(RunError::file(&self.paths.0))?;
        let mark = self.mark(draw, bytes);
        let marked = self.marks.seek(self.at(draw, MARK));
        let marked = marked.and_then(|_| self.marks.write_all(&mark));
        marked.map_err(RunError::file(&self.paths.1))
    }

    fn at(&self, draw: u64, size: usize) -> SeekFrom {
        SeekFrom::Start(draw.saturating_mul(size as u64))
    }
}
