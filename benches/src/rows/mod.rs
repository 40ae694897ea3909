use crate::{Result, table::Table};

mod allocations;
mod article;
mod cold;
mod compile;
mod crates;
mod formats;
mod growth;
mod hot;
mod idle;
mod memory;
mod ordinary;
mod parallel;
mod peers;
mod scrape;
mod sources;
mod start_up;
mod throughput;

/// Rows that are measured together.
pub(crate) struct Group {
    /// Where several begin alike, their common beginning.
    pub(crate) names: &'static [&'static str],
    /// What they tell, for whoever reads the document.
    pub(crate) about: &'static str,
    pub(crate) run: fn(&mut Table) -> Result,
}

/// In the order of the document.
pub(crate) const GROUPS: &[Group] = &[
    Group {
        names: &["fresh_read_allocations"],
        about: "What a probe of background checks allocates, against a handler that knows the answer.",
        run: allocations::fresh_read,
    },
    Group {
        names: &["fresh_read"],
        about: "Requests per second of a probe of ten background checks, as a part of those of a handler that knows the answer: the most \
                that actix-web can do.",
        run: throughput::fresh_read,
    },
    Group {
        names: &["hot_"],
        about: "The same with other numbers of checks, connections and workers, and where the caller is told everything.",
        run: hot::run,
    },
    Group {
        names: &["on_demand"],
        about: "The same where each answer is of a new round of ten checks.",
        run: throughput::on_demand,
    },
    Group {
        names: &["ordinary_p50", "ordinary_p99"],
        about: "How long ordinary requests take while a hundred probes a second come, as a part of what they take while none does: ten \
                thousand a second on eight connections, at one worker, each timed from when it was due. `without_probes` is the same \
                where none comes in either.",
        run: ordinary::run,
    },
    Group {
        names: &["start_up_us_per_check"],
        about: "From the start of a process until its monitor is built, in release: what each annotated function adds, in microseconds.",
        run: start_up::run,
    },
    Group {
        names: &["article_"],
        about: "The time until a probe is answered that asks ten dependencies on demand, in milliseconds: five connections to PostgreSQL \
                and five to Redis, each through a proxy that delays the answers by 20 to 120 ms, with the ready-made checks. One after \
                the other they would take 700 ms.",
        run: article::run,
    },
    Group {
        names: &["plan_10000"],
        about: "Milliseconds until a monitor of ten thousand checks is built.",
        run: cold::plan,
    },
    Group {
        names: &["cold"],
        about: "Milliseconds from nothing until the first answer of 200: the monitor is built, its probes mounted, its checks run.",
        run: cold::cold,
    },
    Group {
        names: &["memory_bytes_per_check"],
        about: "Resident memory of a process of ten thousand checks beyond one of a single check.",
        run: memory::run,
    },
    Group {
        names: &["scrape_growth"],
        about: "What a check costs on a scraper's page as checks become more.",
        run: scrape::run,
    },
    Group {
        names: &["parallel_100x50ms"],
        about: "How much longer a hundred checks take than one, where each waits 50 ms.",
        run: parallel::run,
    },
    Group {
        names: &["watchdog_idle"],
        about: "Processor time a second that watching a worker takes while nothing happens.",
        run: idle::watchdog,
    },
    Group {
        names: &["peers_requests", "peers_p99", "peers_processor", "peers_body", "peers_generator"],
        about: "Ten checks that do nothing, against other libraries, in the versions that `benches/peers` names, and what one writes \
                without any. Each is a server of its own with one worker, and has its turn in each round. `body` is what each answers, \
                and is compared with those of ours that tell as much: with `details` everybody is told of each check, by default nobody. \
                `requests` are requests per second under 64 connections, each of which sends the next when it has the answer, and \
                `processor` is what the server takes of a processor for one of them. `p99` is the latency that one request in a \
                hundred exceeds where all servers get 2000 requests per second, each timed from when it was due. `background` is \
                healthsdk as it is by default, `on_demand` with the smallest `ttl`, `background_again` the first once more, in a \
                process of its own: what ± is taken from. `bare` is a handler of actix-web that knows the answer, which none can \
                exceed. `generator` tells whether the generator is the limit: not where it gets more out of `constant`, which \
                answers without reading what is asked, and where it is the server that is busy all the time.",
        run: peers::load,
    },
    Group {
        names: &["peers_storm"],
        about: "How often each check is run while 64 connections ask as fast as they are answered.",
        run: peers::storm,
    },
    Group {
        names: &["peers_blocked"],
        about: "The time until a probe is answered where one of ten checks blocks its thread for 3 s.",
        run: peers::blocked,
    },
    Group {
        names: &["peers_hung"],
        about: "The time until a probe is answered where one of ten checks waits for ever.",
        run: peers::hung,
    },
    Group {
        names: &["fresh_read_growth", "fresh_read_instructions", "ordinary_instructions"],
        about: "Instructions of a probe as background checks become more, and against the handler that knows the answer; and of that handler \
                where it is mounted after the probes.",
        run: growth::fresh_read,
    },
    Group {
        names: &["formats_"],
        about: "Instructions of a probe in each format, against a handler that has the same bytes at hand.",
        run: formats::run,
    },
    Group {
        names: &["pages_"],
        about: "The same of pages for scrapers and people, which no probe asks for.",
        run: formats::pages,
    },
    Group {
        names: &["run_growth"],
        about: "What a run costs on demand as checks become more.",
        run: growth::run,
    },
    Group {
        names: &[
            "compile_per_check",
            "compile_time",
            "compile_vs_plain",
            "binary_bytes_per_check",
            "binary_size",
        ],
        about: "What an annotated function costs at compile time, against one with actix-web's `#[get]`, and in the binary.",
        run: compile::run,
    },
];
