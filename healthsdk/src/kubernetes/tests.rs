use super::*;

const SECOND: Duration = Duration::from_secs(1);
const DEADLINE: Duration = Duration::from_millis(200);

fn probes(budget: Budget, deadline: Duration, worst_start: Duration) -> KubernetesProbes {
    KubernetesProbes::new(&Paths::default(), budget, deadline, worst_start)
}

fn budget(delay: u64, grace: u64) -> Budget {
    Budget { delay: Duration::from_secs(delay), grace: Duration::from_secs(grace) }
}

fn figures(probe: &Probe) -> (Option<&str>, u64, u64, u64) {
    (probe.path.as_deref(), probe.period, probe.timeout, probe.failures)
}

#[test]
fn the_figures_are_as_documented() {
    let probes = probes(Budget::default(), DEADLINE, 34 * SECOND);
    assert_eq!(figures(&probes.startup), (Some("/startupz"), 5, 2, 60));
    assert_eq!(figures(&probes.readiness), (Some("/readyz"), 5, 2, 2));
    assert_eq!(figures(&probes.liveness), (Some("/livez"), 10, 5, 6));
}

#[test]
fn no_startup_probe_kills_before_the_worst_first_pass() {
    for worst in 0..2_000 {
        let startup = probes(Budget::default(), DEADLINE, worst * SECOND).startup;
        // The first probe comes at once, the last that counts one period before the product.
        assert!((startup.failures - 1) * startup.period > u64::from(worst), "{worst}: {startup:?}");
    }
}

#[test]
fn a_timeout_is_longer_than_the_deadline_and_no_period_is_shorter() {
    for millis in [1, 200, 1_000, 1_001, 4_000, 30_000, 60_000] {
        let deadline = Duration::from_millis(millis);
        let probes = probes(Budget::default(), deadline, Duration::ZERO);
        for probe in [&probes.startup, &probes.readiness, &probes.liveness] {
            assert!(Duration::from_secs(probe.timeout) >= deadline + SECOND, "{deadline:?}: {probe:?}");
            assert!(probe.period >= probe.timeout, "{probe:?}");
        }
    }
}

#[test]
fn a_drain_delay_that_readiness_does_not_notice_in_is_warned_of() {
    let text = |delay| probes(budget(delay, 60), DEADLINE, Duration::ZERO).to_string();
    assert!(text(9).contains("# Warning: the drain delay (9 s)"), "{}", text(9));
    assert!(text(9).contains("`.drain_delay(..)` of 10 s at least"), "{}", text(9));
    assert!(!text(10).contains("Warning"), "{}", text(10));
}

#[test]
fn a_grace_period_of_a_fraction_is_rounded_up() {
    let budget = Budget { delay: SECOND, grace: Duration::from_millis(20_001) };
    let text = probes(budget, DEADLINE, Duration::ZERO).to_string();
    assert!(text.contains("terminationGracePeriodSeconds: 21\n"), "{text}");
}

#[test]
fn paths_are_those_of_the_monitor_and_one_switched_off_has_no_probe() {
    let paths = Paths::default().liveness("/internal/alive").startup(None).readiness("/ready:\"now\"");
    let probes = KubernetesProbes::new(&paths, budget(15, 30), DEADLINE, Duration::ZERO).port(9090);
    let text = probes.to_string();
    assert!(text.contains("    path: /internal/alive\n    port: 9090\n"), "{text}");
    assert!(text.contains(r#"    path: "/ready:\"now\"""#), "{text}");
    assert!(text.contains("# No startupProbe: its path is switched off."), "{text}");
    assert!(!text.contains("\nstartupProbe:"), "{text}");
}
