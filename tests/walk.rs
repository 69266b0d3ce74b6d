//! Every leaf of the command tree against the local services with `-o json`: it ends well and prints data.

use crate::support::Sandbox;

/// What a leaf must print with `-o json`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Prints {
    /// A JSON document.
    Json,
    /// Something that is no JSON by its nature: a script, a manual, an address.
    Text,
    /// Nothing on stdout.
    Nothing,
}

use Prints::{Json, Nothing, Text};

/// Arguments for each leaf, in an order in which they work one after the other. A leaf that is not here fails.
pub const WALK: &[(&str, &[&str], Prints)] = &[
    ("recursiv project create", &["walked"], Json),
    ("recursiv project list", &[], Json),
    ("recursiv project get", &["walked"], Json),
    ("recursiv agent create", &["--name", "walker", "--model", "a/b", "--instructions", "Be brief."], Json),
    ("recursiv agent list", &[], Json),
    ("recursiv agent get", &["walker"], Json),
    ("recursiv agent chat", &["guide", "hello"], Json),
    ("recursiv sandbox try", &["print(1)", "--language", "python"], Json),
    ("recursiv limits", &[], Json),
];

/// All leaves, as `ra help --tree` lists them, without the program's name and their arguments.
pub fn leaves() -> Vec<String> {
    let tree = Sandbox::new().run(["help", "--tree"]).ends(0).stdout;
    let words = |line: &str| {
        let plain =
            line.split(' ').skip(1).take_while(|word| word.starts_with(|c: char| c.is_ascii_lowercase()));
        plain.collect::<Vec<_>>().join(" ")
    };
    tree.lines().map(words).collect()
}

#[test]
fn every_leaf_works_locally_and_prints_data() {
    let unknown: Vec<String> =
        leaves().into_iter().filter(|leaf| !WALK.iter().any(|(known, _, _)| known == leaf)).collect();
    assert!(unknown.is_empty(), "these leaves have no line in the table: {unknown:#?}");
    let sandbox = Sandbox::new();
    sandbox.file("project/agent.py", "def handler(request, ctx):\n    return 'hi'\n");
    for (leaf, args, prints) in WALK {
        let mut line = vec!["--local", "-o", "json"];
        line.extend(leaf.split(' '));
        line.extend(*args);
        let run = sandbox.run(&line).ends(0);
        match prints {
            Json => {
                let value = run.json();
                assert!(
                    !value.is_null() && value != serde_json::json!([]) && value != serde_json::json!({}),
                    "{leaf} printed nothing worth reading"
                );
            }
            Text => assert!(!run.stdout.is_empty(), "{leaf} printed nothing"),
            Nothing => assert_eq!(run.stdout, "", "{leaf}"),
        }
    }
}
