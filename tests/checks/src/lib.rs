//! Tests of the ready-made checks.
