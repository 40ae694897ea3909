use healthsdk::Check;

fn main() {
    let _ = Check::new("answer", || async { 42 });
}
