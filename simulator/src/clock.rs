//! The simulator's clock, which can run faster than ours and can be moved forward.

use std::{
    sync::{Mutex, PoisonError},
    time::Instant,
};

use jiff::{SignedDuration, Timestamp};

pub(crate) struct Clock {
    origin: Timestamp,
    started: Instant,
    speed: f64,
    moved: Mutex<SignedDuration>,
}

impl Clock {
    pub(crate) fn new(origin: Timestamp, speed: f64) -> Self {
        Self { origin, started: Instant::now(), speed, moved: Mutex::new(SignedDuration::ZERO) }
    }

    pub(crate) fn now(&self) -> Timestamp {
        let passed = SignedDuration::from_secs_f64(self.started.elapsed().as_secs_f64() * self.speed);
        let moved = *self.moved.lock().unwrap_or_else(PoisonError::into_inner);
        self.origin.saturating_add(passed).and_then(|now| now.saturating_add(moved)).unwrap_or(self.origin)
    }

    /// Moves it forward.
    pub(crate) fn advance(&self, by: SignedDuration) {
        let mut moved = self.moved.lock().unwrap_or_else(PoisonError::into_inner);
        *moved = moved.checked_add(by).unwrap_or(*moved);
    }
}
