//! The program's one clock, and moments as a person reads them.

use jiff::Timestamp;

/// Now.
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// `2026-11-22 10:09:30 UTC (in 9 minutes 30 seconds)`.
pub fn readable(moment: Timestamp, now: Timestamp) -> String {
    let seconds = moment.as_second() - now.as_second();
    let distance = match seconds.unsigned_abs() {
        0..=90 => format!("{} seconds", seconds.abs()),
        91..=5_400 if seconds % 60 == 0 => format!("{} minutes", seconds.abs() / 60),
        91..=5_400 => format!("{} minutes {} seconds", seconds.abs() / 60, seconds.abs() % 60),
        5_401..=172_800 => format!("{} hours", (seconds.abs() + 1_800) / 3_600),
        _ => format!("{} days", (seconds.abs() + 43_200) / 86_400),
    };
    let relative = if seconds >= 0 { format!("in {distance}") } else { format!("{distance} ago") };
    format!("{} UTC ({relative})", moment.strftime("%Y-%m-%d %H:%M:%S"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_how_far_away_a_moment_is() -> Result<(), jiff::Error> {
        let now: Timestamp = "2026-11-22T10:00:00Z".parse()?;
        let read = |text: &str| text.parse().map(|moment| readable(moment, now));
        assert_eq!(read("2026-11-22T10:09:30Z")?, "2026-11-22 10:09:30 UTC (in 9 minutes 30 seconds)");
        assert_eq!(read("2026-12-22T10:00:00Z")?, "2026-12-22 10:00:00 UTC (in 30 days)");
        assert_eq!(read("2026-11-22T09:59:15Z")?, "2026-11-22 09:59:15 UTC (45 seconds ago)");
        Ok(())
    }
}
