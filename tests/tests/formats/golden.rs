//! The bodies, held in files: one for each form and caller. `UPDATE_EXPECT=1` writes them anew.

use std::fmt::Write;
use std::path::Path;
use std::{env, fs};

use healthsdk_tests::Service;
use healthsdk_tests::http::Answer;

use super::{State, WORDS, ask, friend};

/// What is asked of a service in each state.
const ASKED: [(State, &[&str]); 7] = [
    (State::Well, &["/health", "/startupz", "/own"]),
    (State::Degraded, &["/readyz"]),
    (State::Failing, &["/readyz", "/livez", "/readyz/postgres"]),
    (State::Pending, &["/livez", "/readyz/later", "/readyz"]),
    (State::Held, &["/readyz"]),
    (State::Overridden, &["/readyz"]),
    (State::Draining, &["/readyz", "/livez/ping"]),
];

#[test]
fn every_form_is_as_in_the_golden_files() {
    let services = ASKED.map(|(state, paths)| (state, state.serve(), paths));
    let mut wrong = Vec::new();
    for word in WORDS {
        for (caller, ask) in [("authorised", friend as fn(&Service, &str, &str) -> Answer), ("stranger", ask)]
        {
            let mut told = String::new();
            for (state, service, paths) in &services {
                for path in *paths {
                    let answer = ask(service, &format!("{path}?format={word}"), "");
                    let content_type = answer.header("content-type").expect("there is one");
                    let body = normal(&indented(answer.text()));
                    let _ =
                        writeln!(told, "> {path} ({state:?})\n{} {content_type}\n{body}\n", answer.status);
                }
            }
            if caller == "stranger" {
                for name in [
                    "postgres",
                    "redis",
                    "scratch",
                    "migrated",
                    "later",
                    "draining",
                    "reindexing",
                    "3 am",
                    "orders",
                ] {
                    let told =
                        told.lines().filter(|line| !line.starts_with('>')).collect::<Vec<_>>().join("\n");
                    assert!(!told.contains(name), "{word} tells strangers of {name}");
                }
            }
            let file = format!("golden/{word}-{caller}.txt");
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(&file);
            if env::var_os("UPDATE_EXPECT").is_some() {
                fs::write(&path, &told).expect("the file can be written");
            }
            if fs::read_to_string(&path).unwrap_or_default() != told {
                wrong.push((file, told));
            }
        }
    }
    for (file, told) in &wrong {
        println!("{file} should be:\n{told}");
    }
    assert!(wrong.is_empty(), "not as in the files");
}

/// The same JSON, to be read by people: in the order that it has.
fn indented(json: &str) -> String {
    let (mut told, mut depth, mut quoted, mut escaped) = (String::new(), 0_usize, false, false);
    let mut chars = json.chars().peekable();
    while let Some(c) = chars.next() {
        let closes = matches!(c, '}' | ']') && !quoted;
        if closes && !told.ends_with(['{', '[']) {
            depth -= 1;
            let _ = write!(told, "\n{:1$}", "", depth * 2);
        }
        told.push(c);
        if quoted {
            quoted = c != '"' || escaped;
            escaped = c == '\\' && !escaped;
            continue;
        }
        match c {
            '"' => quoted = true,
            ':' => told.push(' '),
            '{' | '[' if !matches!(chars.peek(), Some('}' | ']')) => {
                depth += 1;
                let _ = write!(told, "\n{:1$}", "", depth * 2);
            }
            ',' => {
                let _ = write!(told, "\n{:1$}", "", depth * 2);
            }
            _ => {}
        }
    }
    told
}

/// Times and durations as words.
fn normal(body: &str) -> String {
    let lines: Vec<_> = body.lines().collect();
    let next = |at: usize| lines.get(at + 1).copied().unwrap_or_default();
    let normal = lines.iter().enumerate().map(|(at, line)| {
        let Some((key, value)) = line.split_once(": ") else { return (*line).to_owned() };
        let bare = value.trim_end_matches(',').trim_matches('"');
        let word = match key.trim().trim_matches('"') {
            _ if humantime::parse_rfc3339(bare).is_ok() => "(time)",
            "duration_ms" if bare.parse::<f64>().is_ok() => "(milliseconds)",
            "observedValue" if next(at).contains("\"ms\"") && bare.parse::<f64>().is_ok() => "(milliseconds)",
            "duration" | "totalDuration" if is_span(bare) => "(span)",
            _ => return (*line).to_owned(),
        };
        format!("{key}: {}", value.replace(bare, word))
    });
    normal.collect::<Vec<_>>().join("\n")
}

/// `hh:mm:ss.fffffff`, and not nothing at all.
fn is_span(text: &str) -> bool {
    let digits: String = text.chars().map(|c| if c.is_ascii_digit() { 'd' } else { c }).collect();
    digits == "dd:dd:dd.ddddddd" && text.contains(|c| ('1'..='9').contains(&c))
}
