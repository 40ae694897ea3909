//! The course of a soak, from the first server to the end of the service.

use std::error::Error;
use std::net::SocketAddr;
use std::process::Command;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use healthsdk_tests::{Child, http};
use nix::unistd::Pid;

use crate::bug::Bug;
use crate::cast::SECRET;
use crate::clients::{polite, rude, traffic};
use crate::control::Control;
use crate::end::End;
use crate::freezes::Freezes;
use crate::growth::Plateau;
use crate::layout::Layout;
use crate::mode::Mode;
use crate::options::Options;
use crate::phase::{Ending, Phase};
use crate::plan::{FREEZER, Step, plan};
use crate::process::lives;
use crate::reference::Reference;
use crate::shared::Shared;
use crate::spec::specs;
use crate::stages::Stage;
use crate::starved::Starved;
use crate::summary::Counts;
use crate::truth::Truth;
use crate::verdict::Verdict;
use crate::violations::{Invariant, Violations};
use crate::watch::Watch;
use crate::{actors, crew, drain, judge, summary};

/// Until all checks have passed once.
const READY: Duration = Duration::from_secs(30);
/// Lines of the service's log that are told with a violation.
const LOG: usize = 40;
const ENDS: Duration = Duration::from_secs(20);

pub(crate) fn run(options: &Options, planted: Option<Bug>) -> Result<End, Box<dyn Error>> {
    println!("seed {}, {:.1} minutes", options.seed.0, options.length.as_secs_f64() / 60.0);
    let stages: Result<Vec<_>, _> = options.servers.iter().map(|name| Stage::start(name)).collect();
    let stages = stages?;
    let mut child = serve(&stages, planted)?;
    let pid = child.pid();
    let (shared, reference) = begin(&child, options, planted)?;
    let plateaus = all(&shared, pid, reference, stages);
    if !lives(pid) {
        let status = child.wait(ENDS);
        if !status.success() {
            shared.note(Invariant::Drain, Instant::now(), status, "an end without an error");
        }
    }
    if child.log().iter().any(|line| line.contains(SECRET)) {
        shared.note(Invariant::Secrecy, Instant::now(), "the secret in the log", "nothing of it");
    }
    let end = summary::print(&shared, &plateaus);
    if !shared.violations.is_empty() {
        let log = child.log();
        // Clients of servers that are down have much to say.
        let own: Vec<_> = log.iter().filter(|line| line.contains(" healthsdk")).collect();
        own.iter().rev().take(LOG).rev().for_each(|line| println!("  log: {line}"));
    }
    Ok(end)
}

fn serve(stages: &[Stage], planted: Option<Bug>) -> Result<Child, Box<dyn Error>> {
    let servers: Vec<_> = stages.iter().map(|stage| format!("{}={}", stage.name, stage.port())).collect();
    let mut command = Command::new(std::env::current_exe()?.with_file_name("soaked"));
    command.env("SOAK_SERVERS", servers.join(","));
    // What the allocator keeps for itself is to be the same in every calm.
    command.env("MALLOC_ARENA_MAX", "2").env("MALLOC_MMAP_THRESHOLD_", "131072");
    if let Some(bug) = planted {
        command.env("HEALTHSDK_PLANTED", bug.name);
    }
    Ok(Child::start(&mut command))
}

/// Waits until the service has started, which it must not have before its start-up check passes.
fn begin(
    child: &Child,
    options: &Options,
    planted: Option<Bug>,
) -> Result<(Shared, SocketAddr), Box<dyn Error>> {
    let (web, control, reference) = (child.address(), child.address(), child.address());
    let specs = specs(&options.servers);
    let shared = Shared {
        began: Instant::now(),
        seed: options.seed,
        layout: Layout::of(options.length),
        web,
        control: Control::connect(control)?,
        truth: Truth::new(specs.iter().map(|spec| spec.name)),
        specs,
        freezes: Freezes::default(),
        reference: Reference::default(),
        starved: Starved::default(),
        violations: Violations::new(options.seed),
        counts: Counts::default(),
        bug: planted,
        phase: Phase::default(),
    };
    for path in ["/startupz", "/readyz"] {
        let code = http::get(web, path).status;
        if code != 503 {
            shared.note(Invariant::Truth, Instant::now(), format!("{path} {code} before the start"), 503);
        }
    }
    shared.control.switch("migrated", Mode::Pass)?;
    let until = Instant::now() + READY;
    while http::get(web, "/readyz").status != 200 {
        if Instant::now() > until {
            return Err(format!("the service is not ready within {READY:?}: {:#?}", child.log()).into());
        }
        thread::sleep(Duration::from_millis(50));
    }
    Ok((Shared { began: Instant::now(), ..shared }, reference))
}

/// All actors at once, until the end.
fn all(shared: &Shared, pid: Pid, reference: SocketAddr, mut stages: Vec<Stage>) -> Vec<Plateau> {
    let steps = plan(shared.seed, &shared.layout, &shared.specs);
    let of =
        |actor: &str| -> Vec<Step> { steps.iter().filter(|step| step.actor == actor).copied().collect() };
    for spec in &shared.specs {
        shared.truth.set(spec.name, Some(Verdict::Pass), shared.began);
    }
    let phase = &shared.phase;
    thread::scope(|scope| {
        let _ending = Ending(phase);
        scope.spawn(|| {
            crew::last("the reference", phase, || {
                // It ends with the service, when that has drained.
                if let Err(error) = shared.reference.run(reference, shared)
                    && phase.is_probed()
                {
                    phase.fail(format!("the reference: {error}"));
                }
            })
        });
        scope.spawn(|| crew::last("the look at waits", phase, || shared.starved.run(pid, shared)));
        let freezer = of(FREEZER);
        let freezer = scope.spawn(move || {
            crew::last("the freezer", phase, || actors::freeze(pid, &freezer, shared)).is_some()
        });
        for spec in shared.specs.iter().filter(|spec| spec.troubled) {
            let (name, steps) = (spec.name, of(spec.name));
            match stages.iter().position(|stage| stage.name == name) {
                Some(stage) => {
                    let mut stage = stages.swap_remove(stage);
                    scope.spawn(move || {
                        crew::last(name, phase, || actors::trouble(&mut stage, &steps, shared))
                    });
                }
                None => {
                    scope.spawn(move || crew::last(name, phase, || actors::switch(spec, &steps, shared)));
                }
            }
        }
        let (sender, seen) = mpsc::channel();
        let judge = scope.spawn(move || crew::last("the judge", phase, || judge::run(&seen, shared)));
        let asking: Vec<_> = (0..polite::CLIENTS)
            .map(|number| {
                let sender = sender.clone();
                let name = format!("polite client {number}");
                scope.spawn(move || crew::last(name, phase, || polite::run(number, shared, &sender)))
            })
            .collect();
        drop(sender);
        let rude: Vec<_> = (0..rude::CLIENTS)
            .map(|number| {
                let name = format!("rude client {number}");
                scope.spawn(move || crew::last(name, phase, || rude::run(number, shared)))
            })
            .collect();
        for number in 0..traffic::CALLERS {
            let name = format!("caller {number}");
            scope.spawn(move || crew::last(name, phase, || traffic::run(number, shared)));
        }
        let watch = scope.spawn(|| crew::last("the watch", phase, || Watch::default().run(pid, shared)));

        shared.sleep_until(shared.layout.total, Phase::is_probed);
        phase.end_probing();
        for actor in asking.into_iter().chain(rude).chain([judge]) {
            actor.join().expect("the crew catches panics");
        }
        freezer.join().expect("the crew catches panics");
        let watch = watch.join().expect("the crew catches panics").unwrap_or_default();
        drain::run(pid, shared);
        watch.plateaus
    })
}
