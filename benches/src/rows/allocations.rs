use std::time::Duration;

use allocation_counter::AllocationInfo;

use crate::{
    Result,
    service::{Answers, BARE, InProcess, NEVER_AGAIN, READY, block_on, monitor, request},
    table::Table,
};

const REQUESTS: u32 = 1000;

/// What a request of a probe allocates more than one of the bare handler does, on the thread that answers.
pub(crate) fn fresh_read(table: &mut Table) -> Result {
    let monitor = monitor(10, |check| check.interval(NEVER_AGAIN), Duration::from_secs(10))?;
    let (probe, bare) = block_on(async {
        let service = InProcess::new(&monitor).await?;
        // The first ones fill the pools of the worker.
        let _ = [READY, BARE].map(|path| measure(&service, path));
        Result::Ok((measure(&service, READY), measure(&service, BARE)))
    })?;
    let each = |total: u64| {
        Ok::<_, std::num::TryFromIntError>(f64::from(u32::try_from(total)?) / f64::from(REQUESTS))
    };
    let (count, of) = (each(probe.count_total)?, each(bare.count_total)?);
    let (bytes, of_bytes) = (each(probe.bytes_total)?, each(bare.bytes_total)?);
    table.judge(
        "fresh_read_allocations",
        format!("{} ({count} - {of}; {bytes} - {of_bytes} bytes)", count - of),
        "<= 0",
        probe.count_total <= bare.count_total,
    );
    Ok(())
}

fn measure(service: &InProcess<impl Answers>, path: &str) -> AllocationInfo {
    let mut sum = AllocationInfo::default();
    for _ in 0..REQUESTS {
        let request = request(path);
        sum += allocation_counter::measure(|| service.at_once(request));
    }
    sum
}
