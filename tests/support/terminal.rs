//! A pseudo-terminal with a person at it: what is on the screen is awaited, keys are pressed.

use std::io::{Read, Write};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// Longer than any of these tests needs.
const PATIENCE: Duration = Duration::from_secs(20);

/// A program on a terminal of 100 columns and 30 lines.
pub struct Terminal {
    seen: Receiver<Vec<u8>>,
    keys: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    /// Everything written since the last expectation.
    screen: String,
    _master: Box<dyn MasterPty + Send>,
}

impl Terminal {
    /// Starts a program.
    pub fn start(command: CommandBuilder) -> Self {
        let pair =
            native_pty_system().openpty(PtySize { rows: 30, cols: 100, ..PtySize::default() }).unwrap();
        let child = pair.slave.spawn_command(command).unwrap();
        let mut reader = pair.master.try_clone_reader().unwrap();
        let keys = pair.master.take_writer().unwrap();
        let (send, seen) = channel();
        thread::spawn(move || {
            let mut piece = [0; 4096];
            while let Ok(length @ 1..) = reader.read(&mut piece) {
                if send.send(piece[..length].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self { seen, keys, child, screen: String::new(), _master: pair.master }
    }

    /// Waits until this is written; gives everything written before its end, and forgets it.
    #[track_caller]
    pub fn expect(&mut self, text: &str) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(at) = self.screen.find(text) {
                let rest = self.screen.split_off(at + text.len());
                return std::mem::replace(&mut self.screen, rest);
            }
            match self.seen.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(bytes) => self.screen.push_str(&String::from_utf8_lossy(&bytes)),
                Err(_) => panic!("{text:?} never came; the screen holds {:?}", self.screen),
            }
        }
    }

    /// Presses keys.
    pub fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
    }

    /// Waits for the end; gives the exit code and what else was written.
    #[track_caller]
    pub fn end(mut self) -> (u32, String) {
        let deadline = Instant::now() + PATIENCE;
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(Instant::now() < deadline, "does not end; the screen holds {:?}", self.screen);
            thread::sleep(Duration::from_millis(10));
        };
        // The terminal closes with its last user, and the reader with it. A program that another test starts at the
        // same moment may hold it open a little longer, so that the close is not waited for without end.
        while let Ok(bytes) = self.seen.recv_timeout(Duration::from_secs(3)) {
            self.screen.push_str(&String::from_utf8_lossy(&bytes));
        }
        (status.exit_code(), self.screen)
    }
}
