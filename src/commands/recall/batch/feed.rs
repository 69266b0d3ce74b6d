//! The lines on their way to the workers: read in a thread of their own, a few ahead, each id once.

use std::collections::hash_map::RandomState;
use std::collections::{HashSet, VecDeque};
use std::hash::BuildHasher as _;
use std::io::Read as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::mpsc;

use super::journal::Ledger;
use super::journal::ledger::Open;
use super::line::{Line, Unfit, unfit};
use super::source::Source;
use crate::error::Failure;

/// What a worker is handed.
pub enum Item {
    /// A run to make; an earlier batch may have started it.
    Run(Box<Line>, Option<Open>),
    /// A line that cannot be run.
    Unfit(Unfit),
    /// A line that an earlier batch brought to its end; whether it completed.
    Done(bool),
    /// Reading cannot go on.
    Broken(Failure),
}

/// More lines, and more bytes of them, are not handed over together.
const TOGETHER: (usize, usize) = (32, 64 * 1024);

/// Lines on their way to the workers.
pub struct Feed {
    read: mpsc::Receiver<VecDeque<Item>>,
    first: VecDeque<Item>,
}

impl Feed {
    /// The next line.
    pub async fn next(&mut self) -> Option<Item> {
        while self.first.is_empty() {
            self.first = self.read.recv().await?;
        }
        self.first.pop_front()
    }
}

/// Starts to read. A few lines wait for the workers, so that memory stays flat however long the input is.
pub fn start(mut source: Source, ledger: Ledger) -> Feed {
    let (sender, read) = mpsc::channel(2);
    std::thread::spawn(move || {
        // Hashes, not ids: eight bytes a line are all that a long input leaves behind.
        let (mut seen, hashes) = (HashSet::new(), RandomState::new());
        let (mut together, mut handed) = (VecDeque::new(), 0);
        while let Some(read) = source.next() {
            let item = match read {
                Err(failure) => Item::Broken(failure),
                Ok(Err(unfit)) => Item::Unfit(unfit),
                Ok(Ok(line)) if !seen.insert(hashes.hash_one(line.place.id.key())) => {
                    let id = crate::text::line(&line.place.id.key());
                    let reason = Failure::usage(format!("the id `{id}` stands above already"));
                    Item::Unfit(unfit(line.place, reason.code("DUPLICATE_ID")))
                }
                Ok(Ok(line)) => match ledger.done(&line.place.id) {
                    Some(completed) => Item::Done(completed),
                    None => {
                        let open = ledger.open(&line.place.id);
                        Item::Run(Box::new(line), open)
                    }
                },
            };
            let is_last = matches!(item, Item::Broken(_));
            together.push_back(item);
            // Waking the workers for each line would cost more than the line. A slow stdin's lines go one by one.
            let few = together.len() < TOGETHER.0 && source.taken - handed < TOGETHER.1;
            if source.is_ready() && few && !is_last {
                continue;
            }
            handed = source.taken;
            if sender.blocking_send(std::mem::take(&mut together)).is_err() || is_last {
                return;
            }
        }
        let _ = sender.blocking_send(together);
    });
    Feed { read, first: VecDeque::new() }
}

/// Counts the lines of a file, beside everything else; 0 until it is through. Blank lines and line breaks inside
/// of a CSV's cells make it a little too high, which a bar may be.
pub fn count(file: &str, has_heading: bool) -> Arc<AtomicU64> {
    let total = Arc::new(AtomicU64::new(0));
    let (counted, file) = (total.clone(), file.to_owned());
    std::thread::spawn(move || {
        let Ok(mut file) = std::fs::File::open(file) else { return };
        let mut piece = vec![0; 64 * 1024];
        let (mut lines, mut last) = (0, b'\n');
        while let Ok(length @ 1..) = file.read(&mut piece) {
            lines += memchr::memchr_iter(b'\n', &piece[..length]).count() as u64;
            last = piece[length - 1];
        }
        lines += u64::from(last != b'\n');
        counted.store(lines.saturating_sub(u64::from(has_heading)), Ordering::Relaxed);
    });
    total
}
