use xshell::{Shell, cmd};

use crate::{Result, verbs};

/// Checks the `cargo` commands in README's shell blocks, as far as they name something of this workspace: a task must
/// exist, and what is to be run must compile.
pub(crate) fn check(sh: &Shell) -> Result {
    let readme = sh.read_file("README.md")?;
    let commands = commands(&readme);
    if commands.is_empty() {
        return Err("README.md has no command in a shell block".into());
    }
    for command in commands {
        match command.as_slice() {
            ["cargo", "xtask", task, ..] if verbs().any(|verb| verb == *task) => {
                println!("there is: {}", command.join(" "));
            }
            ["cargo", "xtask", ..] => return Err(format!("no such task: {}", command.join(" ")).into()),
            ["cargo", "run", args @ ..] => {
                let args = args.iter().take_while(|arg| **arg != "--").filter(|arg| **arg != "--release");
                cmd!(sh, "cargo check {args...}").run()?;
            }
            _ => println!("not checked: {}", command.join(" ")),
        }
    }
    Ok(())
}

/// The words of each line that starts with `cargo`, inside shell blocks.
fn commands(readme: &str) -> Vec<Vec<&str>> {
    let mut inside = false;
    let mut commands = Vec::new();
    for line in readme.lines().map(str::trim) {
        if let Some(language) = line.strip_prefix("```") {
            inside = !inside && matches!(language, "sh" | "bash" | "console" | "shell");
            continue;
        }
        let line = line.strip_prefix("$ ").unwrap_or(line);
        if inside && line.starts_with("cargo ") {
            commands.push(line.split_whitespace().take_while(|word| !word.starts_with('#')).collect());
        }
    }
    commands
}

#[cfg(test)]
mod tests {
    use super::commands;

    #[test]
    fn commands_stand_in_shell_blocks() {
        let readme = "cargo no\n```sh\ncargo xtask test  # all\n$ cargo run -p a -- b\nls\n```\n```rust\ncargo no\n```\n";
        assert_eq!(
            commands(readme),
            [vec!["cargo", "xtask", "test"], vec!["cargo", "run", "-p", "a", "--", "b"]]
        );
    }
}
