use crate::Cause;

/// The cause that a code of the SQL standard tells, with what PostgreSQL and MySQL add to it.
pub(super) fn cause_of(state: &str) -> Option<Cause> {
    Some(match state {
        // No such database, and a privilege that is missing.
        "3D000" | "42501" => Cause::Unauthenticated,
        // Stopping, stopped by a crash, starting; too many connections.
        "57P01" | "57P02" | "57P03" | "08004" => Cause::Unavailable,
        // A limit of the server for statements.
        "57014" | "70100" => Cause::TimedOut,
        "08001" | "08003" | "08006" | "08S01" | "57P05" => Cause::Disconnected,
        _ => match state.get(..2) {
            Some("28") => Cause::Unauthenticated,
            // Out of connections, memory or disk.
            Some("53") => Cause::Unavailable,
            _ => return None,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_class_counts_where_the_code_is_not_known() {
        assert_eq!(cause_of("28P01"), Some(Cause::Unauthenticated));
        assert_eq!(cause_of("53300"), Some(Cause::Unavailable));
        assert_eq!(cause_of("57P03"), Some(Cause::Unavailable));
        assert_eq!(cause_of("57P05"), Some(Cause::Disconnected));
        assert_eq!((cause_of("42601"), cause_of("2"), cause_of("é1234")), (None, None, None));
    }
}
