use std::{
    io,
    net::SocketAddr,
    time::{Duration, Instant},
};

use actix_web::rt::{
    net::TcpStream,
    time::{interval, timeout},
};

use crate::{Lifecycle, Monitor, observe, process::Holding, reach::PERIOD};

const PATIENCE: Duration = Duration::from_secs(1);

/// Connects to the main server again and again, and holds readiness while it accepts no connections.
pub(super) async fn watch(monitor: Monitor) {
    let mut ticks = interval(PERIOD);
    loop {
        ticks.tick().await;
        let due = monitor.listeners().reach(|reach| reach.due(Instant::now()));
        for (address, used) in due {
            let result = connect(used).await;
            monitor.listeners().reach(|reach| reach.saw(address, result));
        }
        // Whoever drains closes the listener on purpose.
        if monitor.lifecycle() < Lifecycle::Draining {
            hold(&monitor, monitor.listeners().reach(|reach| reach.fault()));
        }
    }
}

/// Nobody looks any more.
pub(super) fn release(monitor: &Monitor) {
    hold(monitor, None);
}

fn hold(monitor: &Monitor, fault: Option<String>) {
    let told = fault.clone();
    if monitor.engine().steer(|process, now| process.hold(Holding::Listener, fault, now)) {
        monitor.engine().tell(move || observe::main_server(told.as_deref()));
    }
}

async fn connect(address: SocketAddr) -> Result<(), String> {
    match timeout(PATIENCE, TcpStream::connect(address)).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(reason(&error)),
        Err(_) => Err(format!("no answer within {PATIENCE:?}")),
    }
}

/// Without the number that the system gives it, where there are words.
fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionReset | io::ErrorKind::TimedOut => {
            error.kind().to_string()
        }
        _ => error.to_string(),
    }
}
