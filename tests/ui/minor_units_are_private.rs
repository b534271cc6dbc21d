use order_capture::Minor;

fn main() {
    let _ = Minor(u64::MAX);
}
