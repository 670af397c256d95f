//! The commands of the documentation are run, and what they print is what stands there.

#[test]
fn the_commands_of_the_book_print_what_it_says() {
    trycmd::TestCases::new()
        .case("../../docs/*.md");
}
