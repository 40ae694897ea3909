use std::time::Duration;

use crate::bug::Bug;
use crate::seed::Seed;
use crate::stages::SERVERS;

const MINUTES: f64 = 5.0;

/// What the soak is called with: `[minutes] [--seed N] [--planted NAME|all] [--servers a,b]`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Options {
    pub(crate) length: Duration,
    pub(crate) seed: Seed,
    /// The bugs that the service is to have, one after another; a soak ends when its own is found.
    pub(crate) planted: Vec<Bug>,
    pub(crate) servers: Vec<&'static str>,
}

impl Options {
    pub(crate) fn read(args: impl IntoIterator<Item = String>) -> Result<Self, String> {
        let mut options = Self {
            length: minutes(MINUTES)?,
            seed: Seed::random(),
            planted: Vec::new(),
            servers: SERVERS.to_vec(),
        };
        let mut args = args.into_iter();
        while let Some(arg) = args.next() {
            let mut value = || args.next().ok_or(format!("{arg} needs a value"));
            match arg.as_str() {
                "--seed" => options.seed = Seed(value()?.parse().map_err(|_| "a seed is a whole number")?),
                "--planted" => options.planted = Bug::find(&value()?)?,
                "--servers" => options.servers = servers(&value()?)?,
                number => {
                    options.length = minutes(number.parse().map_err(|_| format!("what is {number:?}?"))?)?;
                }
            }
        }
        Ok(options)
    }
}

fn minutes(minutes: f64) -> Result<Duration, String> {
    Duration::try_from_secs_f64(minutes * 60.0)
        .ok()
        .filter(|length| !length.is_zero())
        .ok_or_else(|| format!("no soak lasts {minutes} minutes"))
}

fn servers(list: &str) -> Result<Vec<&'static str>, String> {
    let known = |name: &str| {
        SERVERS
            .into_iter()
            .find(|known| *known == name)
            .ok_or(format!("no server {name:?}; there are {SERVERS:?}"))
    };
    list.split(',').filter(|name| !name.is_empty()).map(known).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(args: &str) -> Result<Options, String> {
        Options::read(args.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn minutes_seed_and_servers_are_taken() {
        let options = read("0.5 --seed 7 --servers redis,nats").expect("they are legal");
        assert_eq!(options.length, Duration::from_secs(30));
        assert_eq!(options.seed, Seed(7));
        assert_eq!(options.servers, ["redis", "nats"]);
    }

    #[test]
    fn one_bug_is_planted_or_all_in_turn() {
        let planted = |args| read(args).expect("they are legal").planted;
        assert_eq!(planted("5"), []);
        assert_eq!(planted("5 --planted leak").len(), 1);
        let all = planted("5 --planted all");
        assert!(all.len() > 4 && all.iter().any(|bug| bug.name == "leak"), "{all:?}");
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for args in ["-1", "0", "soon", "--seed", "--seed x", "--planted moth", "--servers oracle"] {
            assert!(read(args).is_err(), "{args}");
        }
    }
}
