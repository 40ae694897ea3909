use std::{
    fmt::Write,
    time::{Duration, SystemTime},
};

use super::history::{Bucket, SLOT, SLOTS, Shown};

/// Of the line of durations, in the units of its `viewBox`, whose width is a unit a slot.
const HEIGHT: f64 = 20.0;

/// The paths of a timeline: those of what is published, and whether a run ended there or what was before went on.
pub(super) fn timeline(buckets: &[Bucket]) -> Vec<(&'static str, String)> {
    let mut paths = Vec::new();
    for shown in [Shown::Ok, Shown::Pending, Shown::Degraded, Shown::Error] {
        for held in [false, true] {
            let path = bars(buckets, |bucket| bucket.shown == shown && (bucket.runs == 0) == held, shown);
            if !path.is_empty() {
                paths.push((class(shown, held), path));
            }
        }
    }
    paths
}

fn class(shown: Shown, held: bool) -> &'static str {
    match (shown, held) {
        (Shown::Nothing, _) => "nothing",
        (Shown::Ok, false) => "ok",
        (Shown::Ok, true) => "ok held",
        (Shown::Pending, false) => "pending",
        (Shown::Pending, true) => "pending held",
        (Shown::Degraded, false) => "degraded",
        (Shown::Degraded, true) => "degraded held",
        (Shown::Error, false) => "error",
        (Shown::Error, true) => "error held",
    }
}

/// The worse, the higher: it can be told without colours.
fn height(shown: Shown) -> u32 {
    match shown {
        Shown::Nothing => 0,
        Shown::Ok => 6,
        Shown::Pending => 9,
        Shown::Degraded => 14,
        Shown::Error => 20,
    }
}

/// One bar for each row of slots.
fn bars(buckets: &[Bucket], is_in: impl Fn(&Bucket) -> bool, shown: Shown) -> String {
    let (mut path, mut start, height) = (String::new(), 0, height(shown));
    for row in buckets.chunk_by(|a, b| is_in(a) == is_in(b)) {
        if is_in(&row[0]) {
            let length = row.len();
            write!(path, "M{start} 20h{length}v-{height}h-{length}z").expect("a String takes all");
        }
        start += row.len();
    }
    path
}

/// The path of the mean durations, as high as the longest; broken where nothing is known.
pub(super) fn line(buckets: &[Bucket]) -> String {
    let seconds = |bucket: &Bucket| bucket.mean().map(|mean| mean.as_secs_f64());
    let most = buckets.iter().filter_map(seconds).fold(1e-6, f64::max);
    let mut path = String::new();
    let mut start = 0;
    for row in buckets.chunk_by(|a, b| (a.shown == Shown::Nothing) == (b.shown == Shown::Nothing)) {
        let points = row.iter().zip(start..).filter_map(|(bucket, x)| Some((x, seconds(bucket)?)));
        for (index, (x, mean)) in points.enumerate() {
            // A point alone is a line, too.
            let (to, on) = if index == 0 { ('M', "h1") } else { ('L', "") };
            write!(path, "{to}{x} {:.1}{on}", HEIGHT * (1.0 - mean / most)).expect("a String takes all");
        }
        start += row.len();
    }
    path
}

/// What a timeline shows, in words. `ends`: when the newest slot began.
pub(super) fn spoken(buckets: &[Bucket], ends: SystemTime) -> String {
    let mut told = Vec::new();
    let mut start = 0;
    for row in buckets.chunk_by(|a, b| a.shown == b.shown) {
        let (from, until) = (start, start + row.len());
        start = until;
        let word = match row[0].shown {
            Shown::Nothing | Shown::Ok => continue,
            Shown::Pending => "pending",
            Shown::Degraded => "degraded",
            Shown::Error => "error",
        };
        let time = |slot: usize| clock(ends - SLOT * slots(buckets.len().saturating_sub(1 + slot)));
        if until == buckets.len() {
            told.push(format!("{word} since {}", time(from)));
        } else {
            told.push(format!("{word} {} to {}", time(from), time(until)));
        }
    }
    match told.len() {
        0 if buckets.iter().all(|bucket| bucket.shown == Shown::Nothing) => "no history".to_owned(),
        0 => "ok throughout".to_owned(),
        _ => told.join(", "),
    }
}

/// `0.48 ms`, `12 ms`, `1.5 s`.
pub(super) fn duration(duration: Duration) -> String {
    let milliseconds = duration.as_secs_f64() * 1e3;
    match milliseconds {
        ..1.0 => format!("{milliseconds:.2} ms"),
        ..10.0 => format!("{milliseconds:.1} ms"),
        ..1000.0 => format!("{milliseconds:.0} ms"),
        ..10_000.0 => format!("{:.1} s", milliseconds / 1e3),
        _ => format!("{:.0} s", milliseconds / 1e3),
    }
}

/// Hours and minutes in UTC.
fn clock(time: SystemTime) -> String {
    let whole = humantime::format_rfc3339_seconds(time).to_string();
    whole.get(11..16).map(|clock| format!("{clock} UTC")).unwrap_or_default()
}

#[allow(clippy::cast_possible_truncation, reason = "less than SLOTS")]
fn slots(number: usize) -> u32 {
    number.min(SLOTS) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn buckets(shown: &str) -> Vec<Bucket> {
        let bucket = |letter| {
            let mut bucket = Bucket::default();
            bucket.shown = match letter {
                'o' | 'O' => Shown::Ok,
                'd' => Shown::Degraded,
                'e' => Shown::Error,
                _ => Shown::Nothing,
            };
            bucket.runs = u16::from(letter != 'O' && letter != '.');
            bucket
        };
        shown.chars().map(bucket).collect()
    }

    #[test]
    fn a_row_of_slots_is_one_bar_and_the_worse_the_higher() {
        let expected = [
            ("ok", "M1 20h2v-6h-2zM5 20h1v-6h-1z".to_owned()),
            ("ok held", "M6 20h1v-6h-1z".to_owned()),
            ("error", "M3 20h2v-20h-2z".to_owned()),
        ];
        assert_eq!(timeline(&buckets(".ooeeoO")), expected);
    }

    #[test]
    fn a_timeline_is_told_in_words() {
        // 10:00:00 UTC.
        let ends = SystemTime::UNIX_EPOCH + Duration::from_secs(36_000);
        assert_eq!(spoken(&buckets("..."), ends), "no history");
        assert_eq!(spoken(&buckets("..oO"), ends), "ok throughout");
        assert_eq!(
            spoken(&buckets("oddddoee"), ends),
            "degraded 09:57 UTC to 09:59 UTC, error since 09:59 UTC"
        );
    }

    #[test]
    fn a_line_is_broken_where_nothing_is_known() {
        assert_eq!(line(&buckets("..")), "");
        assert_eq!(line(&buckets("ooOo.o")), "M0 20.0h1L1 20.0L3 20.0M5 20.0h1");
    }

    #[test]
    fn durations_have_two_or_three_digits() {
        let told = [480, 7_300, 12_000, 1_500_000, 71_000_000].map(Duration::from_micros).map(duration);
        assert_eq!(told, ["0.48 ms", "7.3 ms", "12 ms", "1.5 s", "71 s"]);
    }
}
