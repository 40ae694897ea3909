//! The parts of the engine in which threads meet, in every schedule of them.

use healthsdk_schedules::scenarios;

#[test]
fn a_wake_up_of_a_run_is_never_lost() {
    scenarios::a_wake_up_is_never_lost();
}

#[test]
fn a_run_ends_once_and_is_dropped_once_however_it_is_woken_and_cancelled() {
    scenarios::a_run_ends_once_however_it_is_woken_and_cancelled();
}

#[test]
fn a_run_that_hangs_is_dropped_where_it_is_cancelled() {
    scenarios::a_run_that_hangs_is_dropped_where_it_is_cancelled();
}

#[test]
fn every_job_of_the_pool_is_done_once_though_it_is_closed() {
    scenarios::every_job_is_done_once();
}

#[test]
fn a_poller_that_blocks_gets_company() {
    scenarios::a_poller_that_blocks_gets_company();
}

#[test]
fn a_reader_that_is_let_go_sees_the_snapshot_that_tells_why() {
    scenarios::a_reader_that_is_let_go_sees_why();
}

#[test]
fn a_reader_whose_round_is_left_is_let_go() {
    scenarios::a_reader_that_nobody_waits_with_is_let_go();
}

#[test]
fn every_line_is_taken_once_in_order_by_one_taker_at_a_time() {
    scenarios::every_line_is_taken_once_in_order_by_one_taker_at_a_time();
}
