//! The sources of the crates whose compilation is measured.

use std::fmt::{self, Write};

/// What a generated crate consists of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Functions {
    /// Annotated with `#[health_check]`.
    Checks,
    /// Called from a table of function pointers that box their futures.
    Plain,
    /// Annotated with `#[get]`, and registered one by one.
    Routes,
}

impl Functions {
    pub(crate) const ALL: [Self; 3] = [Self::Checks, Self::Plain, Self::Routes];

    pub(crate) fn source(self, count: u32) -> Result<String, fmt::Error> {
        match self {
            Self::Checks => checks(count),
            Self::Plain => plain(count),
            Self::Routes => routes(count),
        }
    }
}

impl fmt::Display for Functions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Checks => "checks",
            Self::Plain => "plain",
            Self::Routes => "routes",
        })
    }
}

fn checks(count: u32) -> Result<String, fmt::Error> {
    let mut source = String::new();
    for number in 0..count {
        writeln!(
            source,
            "#[healthsdk::health_check]\nasync fn f{number}() -> Result<(), std::fmt::Error> {{\n    Ok(())\n}}\n"
        )?;
    }
    source.push_str(
        "fn main() -> Result<(), healthsdk::BuildError> {
    let monitor = healthsdk::Monitor::builder().allow_empty().build()?;
    println!(\"{monitor:?}\");
    Ok(())
}\n",
    );
    Ok(source)
}

fn plain(count: u32) -> Result<String, fmt::Error> {
    let mut source = String::from(
        "use std::{future::Future, pin::Pin, task::{Context, Waker}};

type Start = fn() -> Pin<Box<dyn Future<Output = Result<(), std::fmt::Error>> + Send>>;\n\n",
    );
    for number in 0..count {
        writeln!(source, "async fn f{number}() -> Result<(), std::fmt::Error> {{\n    Ok(())\n}}\n")?;
    }
    writeln!(source, "static TABLE: [Start; {count}] = [")?;
    for number in 0..count {
        writeln!(source, "    || Box::pin(f{number}()),")?;
    }
    source.push_str(
        "];

fn main() {
    for start in &TABLE {
        println!(\"{:?}\", start().as_mut().poll(&mut Context::from_waker(Waker::noop())));
    }
}\n",
    );
    Ok(source)
}

fn routes(count: u32) -> Result<String, fmt::Error> {
    let mut source = String::from("use actix_web::{App, HttpServer, rt::System};\n\n");
    for number in 0..count {
        writeln!(
            source,
            "#[actix_web::get(\"/f{number}\")]\nasync fn f{number}() -> &'static str {{\n    \"ok\"\n}}\n"
        )?;
    }
    source.push_str(
        "fn main() -> std::io::Result<()> {\n    let server = HttpServer::new(|| {\n        let app = App::new();\n",
    );
    for number in 0..count {
        writeln!(source, "        let app = app.service(f{number});")?;
    }
    source.push_str(
        "        app\n    });\n    System::new().block_on(server.bind((\"127.0.0.1\", 0))?.run())\n}\n",
    );
    Ok(source)
}
