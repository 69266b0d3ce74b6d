//! The table, the file and the knowledge base of a fresh state, under ids that never change.

use serde_json::{Value, json};

use super::seeds::MADE;
use super::{knowledge, storage, tables};
use crate::local::World;
use crate::local::store::Result;

/// Adds what is not there; what is there keeps what became of it.
pub fn plant(world: &World) -> Result<()> {
    orders(world)?;
    let readme = "This file is in the local Recall. It was not uploaded anywhere.\n\n\
                  Replace it by one of your own, or download it to see that its bytes come back.\n";
    storage::plant(world, "wf_0a5c3b1e2f474d698b106e1d9c7f0b01", "readme.txt", readme, MADE)?;
    handbook(world)
}

fn orders(world: &World) -> Result<()> {
    let columns = json!([
        {"name": "number", "type": "number", "required": true, "unique": true},
        {"name": "customer", "type": "string", "required": true},
        {"name": "status", "type": "string"},
        {"name": "total", "type": "number"},
        {"name": "ordered", "type": "date"},
        {"name": "paid", "type": "boolean"},
    ]);
    let rows = [
        json!({"number": 1001, "customer": "Ada", "status": "shipped", "total": 42.5, "ordered": "2026-10-28", "paid": true}),
        json!({"number": 1002, "customer": "Grace", "status": "open", "total": 129, "ordered": "2026-10-30", "paid": false}),
        json!({"number": 1003, "customer": "Linus", "status": "open", "total": 8.25, "ordered": "2026-10-31", "paid": true}),
        json!({"number": 1004, "customer": "Ada", "status": "returned", "total": 17, "ordered": "2026-10-31", "paid": true}),
    ];
    tables::plant(
        world,
        "tbl_0a5c3b1e2f474d698b106e1d9c7f0c01",
        "orders",
        "A few orders to try filters on",
        &columns,
        &rows,
    )
}

fn handbook(world: &World) -> Result<()> {
    let id = "0a5c3b1e-2f47-4d69-8b10-6e1d9c7f0d01";
    let tags = json!([{"name": "team", "fieldType": "text"}]);
    let about = Some("Two short documents to try a search on");
    let base = knowledge::document(id, "handbook", about, &knowledge::usual_chunking(), tags, MADE);
    world.store.insert(knowledge::KIND, id, &base)?;
    let documents: [(&str, &str, &str, Value); 2] = [
        ("0a5c3b1e-2f47-4d69-8b10-6e1d9c7f1d01", "refunds.md", REFUNDS, json!({"team": "support"})),
        ("0a5c3b1e-2f47-4d69-8b10-6e1d9c7f1d02", "holidays.md", HOLIDAYS, json!({"team": "people"})),
    ];
    for (id, name, content, tags) in documents {
        knowledge::plant_document(world, &base, id, name, content, tags)?;
    }
    Ok(())
}

const REFUNDS: &str = "# Refunds

A customer may return an order within 30 days. The money goes back to the card it came from; that takes five
working days.

Orders above 500 need the approval of a second person before the refund is made.
";

const HOLIDAYS: &str = "# Holidays

Everybody has 28 days of holiday a year. Ask two weeks ahead when you want more than three days in a row.

Days that are left at the end of the year can be taken until the end of March.
";
