//! Tests of the ready-made checks: each against its real server, through a proxy that can spoil the connection.
//!
//! A [`Case`](case::Case) is one check of one client in front of one kind of server; [`subjects`] has all of them. Three test
//! targets take each through the same: `fault_matrix` ([`matrix`]), `leaks` ([`leaks`]) and `cost` ([`cost`]).

pub mod case;
pub mod cost;
pub mod leaks;
pub mod matrix;
pub mod subject;
pub mod subjects;

mod stage;
mod table;
mod watch;
