//! The commands of the documentation are run, and what they print is what stands there.

use std::{env, path::Path};

#[test]
fn the_commands_of_the_book_print_what_it_says() {
    // They name files of the book.
    env::set_current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs")).unwrap();
    trycmd::TestCases::new().case("*.md");
}
