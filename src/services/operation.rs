//! An operation as data: its words, its route, its parameters, how its answer is shown.
//!
//! Stated once and read by the commands, by completion, and by the assistants' tools. Only what a route cannot say
//! for itself stands here.

use crate::columns::Column;
use crate::http::Method;
use crate::http::pages::Paging;

/// One thing a service can do.
#[derive(Clone, Copy, Debug)]
pub struct Operation {
    /// What a person types after the service's name, `["project", "list"]`.
    pub words: &'static [&'static str],
    /// One line that starts with a verb.
    pub about: &'static str,
    /// Complete command lines.
    pub examples: &'static [&'static str],
    /// The verb on the wire.
    pub method: Method,
    /// The path below the base, parameters as `{name}`.
    pub path: &'static str,
    /// What it takes.
    pub parameters: &'static [Parameter],
    /// What it answers.
    pub answer: Shape,
    /// How its answer is shown.
    pub columns: &'static [Column],
    /// Where the id stands in it.
    pub id: &'static str,
    /// Whether it takes something away that does not come back.
    pub destructive: bool,
    /// Whether this description alone makes the command; otherwise the command has code of its own.
    pub generic: bool,
    /// What the help says beside `about`; nothing when empty.
    pub more: &'static str,
    /// Where the thing stands in the payload, as a dotted path; nothing when the payload is the thing.
    pub within: &'static str,
    /// How its list goes on.
    pub paging: Paging,
    /// Whether `-f` and `-F` add to its body, and at which dotted path (empty: at the root).
    pub fields: Option<&'static str>,
    /// What works instead on a server that lacks the route: a command line, or nothing when empty.
    pub instead: &'static str,
}

impl Operation {
    /// An operation without anything, to be completed: `Operation { words: …, ..Operation::BASE }`.
    pub const BASE: Self = Self {
        words: &[],
        about: "",
        examples: &[],
        method: Method::Get,
        path: "",
        parameters: &[],
        answer: Shape::One,
        columns: &[],
        id: "id",
        destructive: false,
        generic: true,
        more: "",
        within: "",
        paging: Paging::Usual,
        fields: None,
        instead: "",
    };
}

/// What an operation answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// One thing.
    One,
    /// A list, paged.
    List,
}

/// One value that an operation takes.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// Its flag, or the name of its place in the path.
    pub name: &'static str,
    /// Where it goes.
    pub place: Place,
    /// How it is typed.
    pub kind: Type,
    /// Whether nothing works without it.
    pub required: bool,
    /// What it is, one sentence.
    pub help: &'static str,
    /// The setting that stands in for it.
    pub setting: Option<&'static str>,
    /// How a name in its place becomes an id.
    pub lookup: Option<Lookup>,
}

/// Where a value goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Into the path; typed as a word of its own.
    Path,
    /// Into the query, under this name.
    Query(&'static str),
    /// Into the body, at this dotted path; typed as a flag.
    Body(&'static str),
    /// Into the body, at this dotted path; typed as a word of its own.
    BodyWord(&'static str),
}

/// How a value is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// A text: literal, `@FILE`, `-`.
    Text,
    /// A word without further reading.
    Word,
    /// A whole number.
    Number,
    /// A number, perhaps with decimals; it keeps its spelling.
    Decimal,
    /// Given or not.
    Switch,
    /// `true` or `false`.
    Bool,
    /// Words, the flag once for each; in a query one value parted by commas.
    Words,
    /// JSON: literal, `@FILE`, `-`.
    Json,
    /// A document in JSON or YAML: `@FILE`, a path, `-`.
    Document,
    /// A moment: ISO 8601, or how long ago (`2h`).
    Moment,
    /// A duration, sent as milliseconds.
    Millis,
    /// Nothing that is typed: the value of its setting.
    Setting,
    /// One of these.
    OneOf(&'static [&'static str]),
}

/// Where names are looked up.
#[derive(Clone, Copy, Debug)]
pub struct Lookup {
    /// What a thing of this kind is called, `agent`.
    pub noun: &'static str,
    /// The list that holds it.
    pub path: &'static str,
    /// The members that may be its name.
    pub names: &'static [&'static str],
    /// What the list must be asked with: a query parameter, and the setting that holds its value.
    pub within: Option<(&'static str, &'static str)>,
}

impl Parameter {
    /// An optional flag that goes into the body under its own place.
    pub const fn body(name: &'static str, place: &'static str, help: &'static str) -> Self {
        Self {
            name,
            place: Place::Body(place),
            kind: Type::Text,
            required: false,
            help,
            setting: None,
            lookup: None,
        }
    }

    /// An optional flag that goes into the query.
    pub const fn query(name: &'static str, place: &'static str, help: &'static str) -> Self {
        Self {
            name,
            place: Place::Query(place),
            kind: Type::Word,
            required: false,
            help,
            setting: None,
            lookup: None,
        }
    }

    /// A word that goes into the path.
    pub const fn path(name: &'static str, help: &'static str) -> Self {
        Self { name, place: Place::Path, kind: Type::Word, required: true, help, setting: None, lookup: None }
    }

    /// An optional word that goes into the body.
    pub const fn body_word(name: &'static str, place: &'static str, help: &'static str) -> Self {
        Self { place: Place::BodyWord(place), kind: Type::Text, required: false, ..Self::path(name, help) }
    }

    /// A value that comes from a setting alone, and without which nothing works.
    pub const fn of_setting(place: Place, setting: &'static str) -> Self {
        Self {
            name: setting,
            place,
            kind: Type::Setting,
            required: true,
            help: "",
            setting: Some(setting),
            lookup: None,
        }
    }

    /// The same, typed otherwise.
    #[must_use]
    pub const fn of(self, kind: Type) -> Self {
        Self { kind, ..self }
    }

    /// The same, needed.
    #[must_use]
    pub const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// The same, with a setting that stands in for it.
    #[must_use]
    pub const fn or_setting(self, setting: &'static str) -> Self {
        Self { setting: Some(setting), ..self }
    }

    /// The same, names allowed.
    #[must_use]
    pub const fn by_name(self, lookup: Lookup) -> Self {
        Self { lookup: Some(lookup), ..self }
    }
}
