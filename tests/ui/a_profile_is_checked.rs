use order_capture::Profile;
use order_capture::profiles::ProfileRows;

fn unchecked(rows: ProfileRows) -> Profile {
    Profile(rows)
}

fn main() {}
