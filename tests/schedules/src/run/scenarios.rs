//! What is played. Each plays every schedule, and panics in the first that breaks the claim.

mod lanes;
mod pools;
mod rounds;
mod runs;

pub use lanes::every_line_is_taken_once_in_order_by_one_taker_at_a_time;
pub use pools::{a_poller_that_blocks_gets_company, every_job_is_done_once};
pub use rounds::{a_reader_that_is_let_go_sees_why, a_reader_that_nobody_waits_with_is_let_go};
pub use runs::{
    a_run_ends_once_however_it_is_woken_and_cancelled, a_run_that_hangs_is_dropped_where_it_is_cancelled,
    a_wake_up_is_never_lost,
};

/// Every schedule with at most so many preemptions, which `LOOM_MAX_PREEMPTIONS` changes.
fn explore(preemptions: usize, scenario: impl Fn() + Send + Sync + 'static) {
    let mut model = loom::model::Builder::new();
    model.preemption_bound = model.preemption_bound.or(Some(preemptions));
    model.check(scenario);
}
