//! Registration at link time: what is linked is there, wherever it is declared; what is not, or twice, is told.

use std::process::{Command, Output};

/// The checks of this binary, in the places where people put them.
mod declared {
    use healthsdk::health_check;

    macro_rules! declare {
        ($name:ident) => {
            #[health_check]
            async fn $name() {}
        };
    }
    declare!(from_a_macro);

    #[health_check(kind = "liveness")]
    fn r#type() {}

    #[health_check]
    #[cfg(not(test))]
    async fn configured_out() {}

    #[health_check]
    #[cfg(test)]
    async fn configured_in() {}

    #[allow(dead_code)]
    fn never_called() {
        #[health_check]
        async fn in_a_function() {}
    }
}

#[track_caller]
fn stderr(output: &Output, success: bool) -> String {
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.success(), success, "{stderr}");
    println!("{stderr}");
    stderr
}

fn run(binary: &str) -> Output {
    Command::new(binary).output().expect("the binary starts")
}

#[tokio::test]
async fn checks_register_themselves_wherever_they_are_declared() {
    let monitor = healthsdk::Monitor::builder().build().expect("the checks are legal");
    let report = monitor.report(healthsdk::Selection::everything()).await;
    let names: Vec<_> = report.entries().map(|entry| entry.name().to_owned()).collect();
    assert_eq!(names, ["configured_in", "from_a_macro", "in_a_function", "type"]);
}

#[test]
fn a_crate_that_is_mentioned_brings_its_checks_also_from_private_modules_and_once() {
    stderr(&run(env!("CARGO_BIN_EXE_linking_mentioned")), true);
}

#[test]
fn a_crate_that_is_never_mentioned_is_not_linked_and_expect_checks_tells() {
    let stderr = stderr(&run(env!("CARGO_BIN_EXE_linking_unmentioned")), false);
    assert!(stderr.contains("check `hidden_deep` is expected but was not linked"), "{stderr}");
    assert!(stderr.contains("use my_checks as _;") && stderr.contains("the checks are: own"), "{stderr}");
}

#[test]
fn nothing_linked_at_all_is_an_error() {
    let stderr = stderr(&run(env!("CARGO_BIN_EXE_linking_empty")), false);
    assert!(stderr.contains("no check is registered"), "{stderr}");
}

#[test]
fn a_module_compiled_into_both_the_library_and_the_binary_is_told_as_that() {
    let run = Command::new(env!("CARGO")).args(["run", "--quiet", "--package", "linking-twice"]).output();
    let stderr = stderr(&run.expect("cargo starts"), false);
    assert!(
        stderr.contains("check `database` at tests/linking/twice/src/checks.rs:6:1 is compiled in twice"),
        "{stderr}"
    );
    assert!(stderr.contains("write `mod` in one of them and `use` it in the other"), "{stderr}");
}
