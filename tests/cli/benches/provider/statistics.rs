use std::time::Duration;

/// The median; zero of no samples.
pub(crate) fn median(samples: &[Duration]) -> Duration {
    quantile(samples, 0.5)
}

/// The smallest sample that this part of all samples does not exceed; zero of no samples.
pub(crate) fn quantile(samples: &[Duration], part: f64) -> Duration {
    let mut sorted = samples.to_vec();
    sorted.sort_unstable();
    let rank = (part * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or_default()
}
