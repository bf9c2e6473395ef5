use chrono::{DateTime, TimeDelta, Utc};

/// The clouds' clock: the real one, shifted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    offset: TimeDelta,
}

impl Clock {
    pub(crate) fn new(offset: TimeDelta) -> Self {
        Self { offset }
    }

    pub(crate) fn now(self) -> DateTime<Utc> {
        Utc::now() + self.offset
    }
}

/// A time as the HTTP `Date` header writes it.
pub(crate) fn http_date(time: DateTime<Utc>) -> String {
    time.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}
