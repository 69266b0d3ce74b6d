//! Tables, files and knowledge without an account: what goes in comes out.

use crate::support::{Run, Sandbox};

fn local(sandbox: &Sandbox, words: &str) -> Run {
    sandbox.run(["--local", "recall"].into_iter().chain(words.split_whitespace()))
}

#[test]
fn a_csv_comes_back_as_it_went() {
    let sandbox = Sandbox::new();
    let rows: String = (0..1500).map(|number| format!("name {number},{number}.5,true\n")).collect();
    sandbox.file("rows.csv", format!("name,score,open\n{rows}"));
    local(
        &sandbox,
        "table create sheet --column name:string:unique --column score:number --column open:boolean",
    )
    .ends(0);
    assert_eq!(local(&sandbox, "table row create sheet rows.csv").ends(0).stdout, "inserted  1500\n");
    let back = local(&sandbox, "table row list sheet --limit 0 -o csv").ends(0).stdout;
    let back: String =
        back.lines().skip(1).map(|line| line.split_once(',').unwrap().1.to_owned() + "\n").collect();
    assert_eq!(back, rows);
    // The same again: every row has its twin already, and says so with its lines.
    let again = local(&sandbox, "table row create sheet rows.csv");
    assert_eq!(again.code, 1, "{again:#?}");
    again.says("lines 2 to 1001 did not get into the table");
    let few = local(&sandbox, "table row list sheet --where score=7.5 -o json").ends(0).json();
    assert_eq!((few.as_array().unwrap().len(), few[0]["data"]["name"].as_str()), (1, Some("name 7")));
}

#[test]
fn a_file_comes_back_byte_for_byte() {
    let sandbox = Sandbox::new();
    let bytes: Vec<u8> = (0..=255).cycle().take(300_000).collect();
    sandbox.file("in.bin", &bytes);
    local(&sandbox, "file upload in.bin --name kb1").ends(0);
    local(&sandbox, "file upload in.bin --name kb1").ends(1).says("hint: ra --local recall file delete NAME");
    local(&sandbox, "file download kb1 out.bin").ends(0);
    assert_eq!(std::fs::read(sandbox.home.path().join("out.bin")).unwrap(), bytes);
    local(&sandbox, "file delete kb1 --yes").ends(0);
    local(&sandbox, "file download kb1").ends(4);
}

#[test]
fn a_document_is_found_by_its_words() {
    let sandbox = Sandbox::new();
    sandbox.file("notes.md", "Refunds take five working days.\n");
    local(&sandbox, "knowledge create notes").ends(0);
    local(&sandbox, "knowledge document upload notes notes.md --wait").ends(0);
    let found = local(&sandbox, "knowledge search refunds --in notes -o json").ends(0).json();
    assert_eq!(found[0]["documentName"], "notes.md");
}
