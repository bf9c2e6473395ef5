//! A bounded queue of lines for a stream that the reader may not read.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// Maximum number of waiting lines, of some hundred bytes each.
const LIMIT: usize = 1024;

/// Lines that a thread of its own writes, so that a full pipe blocks no other thread. If the queue is full, lines are dropped and counted.
pub(super) struct Queue(Arc<Shared>);

struct Shared {
    waiting: Mutex<Waiting>,
    changed: Condvar,
}

struct Waiting {
    lines: VecDeque<String>,
    dropped: u64,
    /// Formats the line that replaces dropped lines.
    gap: fn(u64) -> String,
    is_writing: bool,
    is_closed: bool,
}

impl Queue {
    /// A queue that writes to this stream. `gap` formats the line that replaces dropped lines.
    pub(super) fn to(out: impl Write + Send + 'static, gap: fn(u64) -> String) -> io::Result<Self> {
        let shared = Arc::new(Shared {
            waiting: Mutex::new(Waiting {
                lines: VecDeque::new(),
                dropped: 0,
                gap,
                is_writing: false,
                is_closed: false,
            }),
            changed: Condvar::new(),
        });
        let writer = Arc::clone(&shared);
        thread::Builder::new()
            .name("log".to_owned())
            .spawn(move || writer.write_to(out))?;
        Ok(Self(shared))
    }

    /// Queues a line, which includes its newline. Does not block.
    pub(super) fn push(&self, line: String) {
        let mut waiting = self.0.lock();
        if waiting.lines.len() < LIMIT {
            let gap = waiting.gap();
            waiting.lines.extend(gap.into_iter().chain([line]));
        } else {
            waiting.dropped += 1;
        }
        self.0.changed.notify_all();
    }

    /// Waits until all lines are written, at most this long.
    pub(super) fn flush(&self, within: Duration) {
        let waits = |waiting: &mut Waiting| waiting.is_writing || waiting.dropped > 0 || !waiting.lines.is_empty();
        // Lines that are not written by then are lost.
        let _ = self.0.changed.wait_timeout_while(self.0.lock(), within, waits);
    }
}

impl Drop for Queue {
    fn drop(&mut self) {
        self.0.lock().is_closed = true;
        self.0.changed.notify_all();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes queued lines until the queue is dropped.
    fn write_to(&self, mut out: impl Write) {
        let mut waiting = self.lock();
        loop {
            let line = waiting.lines.pop_front().or_else(|| waiting.gap());
            waiting.is_writing = line.is_some();
            match line {
                Some(line) => {
                    drop(waiting);
                    // In one write, because other processes may write there, too. There is nowhere to report an error.
                    let _ = out.write_all(line.as_bytes());
                    waiting = self.lock();
                }
                None if waiting.is_closed => return,
                None => {
                    self.changed.notify_all();
                    waiting = self.changed.wait(waiting).unwrap_or_else(PoisonError::into_inner);
                }
            }
        }
    }
}

impl Waiting {
    fn gap(&mut self) -> Option<String> {
        let dropped = std::mem::take(&mut self.dropped);
        (dropped > 0).then(|| (self.gap)(dropped))
    }
}

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::io::{BufRead, BufReader};
    use std::os::unix::net::UnixStream;

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(20);

    #[test]
    fn what_nobody_reads_is_dropped_and_counted_and_what_comes_after_it_is_not() {
        let (theirs, ours) = UnixStream::pair().unwrap();
        ours.set_nonblocking(true).unwrap();
        while (&ours).write(&[b'\n'; 1000]).is_ok() {}
        ours.set_nonblocking(false).unwrap();
        let queue = Queue::to(ours, |dropped| format!("{dropped} dropped\n")).unwrap();
        let line = |number| format!("{number} {}\n", "x".repeat(1000));
        queue.push(line(0));
        // From here on the writer is blocked, and the queue is empty.
        while !queue.0.lock().lines.is_empty() {
            thread::yield_now();
        }
        let sent = 20 * LIMIT;
        for number in 1..sent {
            queue.push(line(number));
        }
        queue.flush(Duration::ZERO);

        theirs.set_read_timeout(Some(PATIENCE)).unwrap();
        let lines = BufReader::new(theirs).lines().map(|line| line.unwrap());
        let mut lines = lines.filter(|line| !line.is_empty());
        let number = |line: Option<String>| -> usize { line.unwrap().split(' ').next().unwrap().parse().unwrap() };
        let mut arrived = 0;
        let dropped = loop {
            let line = lines.next().unwrap();
            match line.strip_suffix(" dropped") {
                Some(dropped) => break dropped.parse::<usize>().unwrap(),
                None => assert_eq!(number(Some(line)), arrived),
            }
            arrived += 1;
        };
        assert!(arrived > LIMIT, "{arrived}");
        assert_eq!(arrived + dropped, sent);
        queue.push("7 and on\n".to_owned());
        assert_eq!(number(lines.next()), 7);
        queue.flush(PATIENCE);
        drop(queue);
        assert_eq!(lines.next(), None, "the writer ends");
    }
}
