//! What the integration tests share: real servers that can be killed and paused, a raw HTTP client and a load of many, services
//! and child processes to point it at, a proxy to put in between, captured logs, and a bounded wait.

pub mod child;
pub mod http;
pub mod load;
pub mod logs;
pub mod proxy;
pub mod receiver;
pub mod secrets;
pub mod servers;
pub mod service;

mod binary;
mod family;
mod guard;
mod held;
mod port;
mod process;
mod wait;

pub use binary::built;
pub use child::Child;
pub use held::Held;
pub use load::Load;
pub use logs::Logs;
pub use port::free_port;
pub use receiver::Receiver;
pub use service::Service;
pub use wait::{eventually, eventually_some};
