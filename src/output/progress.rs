//! What is going on, on stderr, when it takes longer than a quarter of a second and somebody looks.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::task::JoinHandle;

/// A line that says what is being waited for; gone when dropped.
pub struct Progress {
    bar: ProgressBar,
    delayed: Option<JoinHandle<()>>,
}

impl Progress {
    /// A line that appears after a quarter of a second, with the seconds counted. Must be made inside the runtime.
    pub fn start(message: &str, visible: bool) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        let style = ProgressStyle::with_template("{spinner} {msg} {elapsed}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
        bar.set_message(fitting(message));
        let delayed = visible.then(|| {
            let bar = bar.clone();
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_millis(250)).await;
                bar.set_draw_target(ProgressDrawTarget::term_like(Box::new(Narrow(console::Term::stderr()))));
                bar.enable_steady_tick(Duration::from_millis(120));
            })
        });
        Self { bar, delayed }
    }

    /// Counts bytes from now on, with a bar when all of them are known.
    pub fn measure(&self, total: Option<u64>) {
        let template = match total {
            Some(_) => "{spinner} {msg} {bar:20} {bytes}/{total_bytes} {bytes_per_sec}",
            None => "{spinner} {msg} {bytes} {bytes_per_sec}",
        };
        let message = console::truncate_str(&self.bar.message(), 30, "…").into_owned();
        self.bar.set_message(message);
        if let Some(total) = total {
            self.bar.set_length(total);
        }
        self.bar.set_style(ProgressStyle::with_template(template).unwrap_or_else(|_| self.bar.style()));
    }

    /// So many bytes have gone by.
    pub fn at(&self, bytes: u64) {
        self.bar.set_position(bytes);
    }

    /// Says something else.
    pub fn set(&self, message: &str) {
        self.bar.set_message(fitting(message));
    }

    /// Lets something be written beside it.
    pub fn suspend<T>(&self, write: impl FnOnce() -> T) -> T {
        self.bar.suspend(write)
    }

    /// Another handle on the same line.
    pub fn handle(&self) -> ProgressBar {
        self.bar.clone()
    }
}

/// stderr's terminal without its last columns. A progress line is padded to the whole width; the `^C` that a terminal
/// echoes would then wrap, and the line above could not be cleared any more.
#[derive(Debug)]
struct Narrow(console::Term);

impl indicatif::TermLike for Narrow {
    fn width(&self) -> u16 {
        self.0.size().1.saturating_sub(4)
    }
    fn height(&self) -> u16 {
        self.0.size().0
    }
    fn move_cursor_up(&self, n: usize) -> std::io::Result<()> {
        self.0.move_cursor_up(n)
    }
    fn move_cursor_down(&self, n: usize) -> std::io::Result<()> {
        self.0.move_cursor_down(n)
    }
    fn move_cursor_right(&self, n: usize) -> std::io::Result<()> {
        self.0.move_cursor_right(n)
    }
    fn move_cursor_left(&self, n: usize) -> std::io::Result<()> {
        self.0.move_cursor_left(n)
    }
    fn write_line(&self, text: &str) -> std::io::Result<()> {
        self.0.write_line(text)
    }
    fn write_str(&self, text: &str) -> std::io::Result<()> {
        self.0.write_str(text)
    }
    fn clear_line(&self) -> std::io::Result<()> {
        self.0.clear_line()
    }
    fn flush(&self) -> std::io::Result<()> {
        self.0.flush()
    }
}

/// The message on one line that leaves room for the time and a few characters more.
fn fitting(message: &str) -> String {
    let width = console::Term::stderr().size_checked().map_or(80, |(_, columns)| usize::from(columns));
    console::truncate_str(&crate::text::line(message), width.saturating_sub(16), "…").into_owned()
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(delayed) = &self.delayed {
            delayed.abort();
        }
        self.bar.finish_and_clear();
    }
}
