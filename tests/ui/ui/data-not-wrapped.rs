use healthsdk::Monitor;

struct Pool;

fn main() {
    let _ = Monitor::builder().data(Pool).build();
}
