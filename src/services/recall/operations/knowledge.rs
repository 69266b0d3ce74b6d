//! Knowledge bases, their documents, and the search in them (contract 5.2).

use super::{IN_WORKSPACE, WITH_WORKSPACE, WORKSPACE_SETTING};
use crate::columns::{Column, Kind};
use crate::http::pages::Paging;
use crate::http::{Method, Repeat};
use crate::services::operation::{Lookup, Operation, Parameter, Shape, Type};

/// Knowledge bases by name.
pub const NAMES: Lookup = Lookup {
    noun: "knowledge",
    path: "/api/v1/knowledge",
    names: &["name"],
    within: Some(("workspaceId", WORKSPACE_SETTING)),
    paging: Paging::Whole,
};

const KNOWLEDGE: Parameter = Parameter::path("knowledge", "Knowledge base, an id or a name").by_name(NAMES);
const DOCUMENT: Parameter = Parameter::path("document", "Document, by its id");

const BASES: &[Column] = &[
    Column::text("id", "id"),
    Column::text("name", "name"),
    Column::text("documents", "docCount|documentCount"),
    Column::text("tokens", "tokenCount"),
    Column::of(Kind::Time, "updated", "updatedAt"),
    Column::text("description", "description"),
];

/// How a document is shown.
pub const DOCUMENTS: &[Column] = &[
    Column::text("id", "id"),
    Column::text("name", "filename"),
    Column::of(Kind::Bytes, "size", "fileSize"),
    Column::of(Kind::Status, "status", "processingStatus"),
    Column::text("chunks", "chunkCount"),
    Column::text("enabled", "enabled"),
    Column::of(Kind::Time, "created", "createdAt|uploadedAt"),
];

const MAX_SIZE: Parameter =
    Parameter::body("max-size", "chunkingConfig.maxSize", "Longest piece of text, 100 to 4000 tokens")
        .of(Type::Count);
const MIN_SIZE: Parameter =
    Parameter::body("min-size", "chunkingConfig.minSize", "Shortest piece of text, 1 to 2000 characters")
        .of(Type::Count);
const OVERLAP: Parameter = Parameter::body(
    "overlap",
    "chunkingConfig.overlap",
    "What a piece shares with the next, 0 to 500 tokens",
)
.of(Type::Number);

/// These operations.
pub const ALL: &[Operation] = &[
    Operation {
        words: &["knowledge", "list"],
        about: "List the workspace's knowledge bases",
        examples: &["ra recall knowledge list"],
        method: Method::Get,
        path: "/api/v1/knowledge",
        parameters: &[IN_WORKSPACE],
        answer: Shape::List,
        columns: BASES,
        paging: Paging::Whole,
        ..Operation::BASE
    },
    Operation {
        words: &["knowledge", "get"],
        about: "Show a knowledge base",
        examples: &["ra recall knowledge get handbook"],
        method: Method::Get,
        path: "/api/v1/knowledge/{knowledge}",
        parameters: &[KNOWLEDGE, IN_WORKSPACE],
        columns: BASES,
        within: "knowledgeBase",
        ..Operation::BASE
    },
    Operation {
        words: &["knowledge", "create"],
        about: "Create a knowledge base",
        examples: &[
            "ra recall knowledge create handbook --description 'What support needs to know'",
            "ra recall knowledge create contracts --max-size 2048 --overlap 100 -o id",
        ],
        method: Method::Post,
        path: "/api/v1/knowledge",
        parameters: &[
            Parameter::body_word("name", "name", "Name of the knowledge base").required(),
            WITH_WORKSPACE,
            Parameter::body("description", "description", "What it is about: text, @FILE, or - for stdin"),
            MAX_SIZE,
            MIN_SIZE,
            OVERLAP,
        ],
        columns: BASES,
        within: "knowledgeBase",
        ..Operation::BASE
    },
    Operation {
        words: &["knowledge", "update"],
        about: "Rename a knowledge base or change how it is cut into pieces",
        examples: &["ra recall knowledge update handbook --name support-handbook"],
        method: Method::Put,
        path: "/api/v1/knowledge/{knowledge}",
        parameters: &[
            KNOWLEDGE,
            WITH_WORKSPACE,
            Parameter::body("name", "name", "New name"),
            Parameter::body("description", "description", "New description: text, @FILE, or - for stdin"),
            MAX_SIZE,
            MIN_SIZE,
            OVERLAP,
        ],
        columns: BASES,
        within: "knowledgeBase",
        any_of: &[&["name", "description", "max-size", "min-size", "overlap"]],
        ..Operation::BASE
    },
    Operation {
        words: &["knowledge", "delete"],
        about: "Delete a knowledge base with its documents",
        examples: &["ra recall knowledge delete handbook --yes"],
        method: Method::Delete,
        path: "/api/v1/knowledge/{knowledge}",
        parameters: &[KNOWLEDGE, IN_WORKSPACE],
        columns: &[Column::text("result", "message")],
        destructive: true,
        ..Operation::BASE
    },
    Operation {
        words: &["knowledge", "search"],
        about: "Find the pieces of text that fit a question best",
        examples: &[
            "ra recall knowledge search 'How long is the notice period?' --in contracts --top-k 3",
            "ra recall knowledge search refund --in handbook --in faq -o json --jq '.[].content'",
        ],
        method: Method::Post,
        path: "/api/v1/knowledge/search",
        parameters: &[
            Parameter::body_word("query", "query", "What is looked for: text, @FILE, or - for stdin"),
            WITH_WORKSPACE,
            Parameter::body("in", "knowledgeBaseIds", "Knowledge base, an id or a name; once for each")
                .of(Type::Words)
                .by_name(NAMES)
                .required(),
            Parameter::body("top-k", "topK", "Pieces to find at most, 1 to 100; the service's default is 10")
                .of(Type::Count),
            Parameter::body(
                "tag-filters",
                "tagFilters",
                "Only documents with these tags, as JSON: [{\"tagName\":\"team\",\"operator\":\"eq\",\"value\":\"law\"}]",
            )
            .of(Type::Json),
        ],
        answer: Shape::List,
        columns: &[
            Column::of(Kind::Share, "similarity", "similarity"),
            Column::text("document", "documentName|documentId"),
            Column::text("piece", "chunkIndex"),
            Column::text("content", "content"),
        ],
        id: "documentId",
        paging: Paging::Whole,
        // Looking changes nothing.
        repeat: Some(Repeat::Safe),
        any_of: &[&["query", "tag-filters"]],
        ..Operation::BASE
    },
    Operation {
        words: &["knowledge", "document", "list"],
        about: "List a knowledge base's documents",
        examples: &[
            "ra recall knowledge document list handbook",
            "ra recall knowledge document list handbook --search refund --state enabled",
        ],
        method: Method::Get,
        path: "/api/v1/knowledge/{knowledge}/documents",
        parameters: &[
            KNOWLEDGE,
            IN_WORKSPACE,
            Parameter::query("search", "search", "Only those whose name holds this"),
            Parameter::query("state", "enabledFilter", "Only those that searches use, or do not use")
                .of(Type::OneOf(&["all", "enabled", "disabled"])),
            Parameter::query("sort-by", "sortBy", "What they are ordered by, such as filename or uploadedAt"),
            Parameter::query("sort-order", "sortOrder", "Direction of the order")
                .of(Type::OneOf(&["asc", "desc"])),
        ],
        answer: Shape::List,
        columns: DOCUMENTS,
        paging: Paging::Offset(100),
        ..Operation::BASE
    },
    Operation {
        words: &["knowledge", "document", "get"],
        about: "Show a document and how far its processing is",
        examples: &["ra recall knowledge document get handbook doc_1a2b"],
        method: Method::Get,
        path: "/api/v1/knowledge/{knowledge}/documents/{document}",
        parameters: &[KNOWLEDGE, DOCUMENT, IN_WORKSPACE],
        columns: DOCUMENTS,
        within: "document",
        ..Operation::BASE
    },
    Operation {
        words: &["knowledge", "document", "upload"],
        about: "Upload documents into a knowledge base",
        method: Method::Post,
        path: "/api/v1/knowledge/{knowledge}/documents",
        parameters: &[KNOWLEDGE],
        columns: DOCUMENTS,
        within: "document",
        generic: false,
        ..Operation::BASE
    },
    Operation {
        words: &["knowledge", "document", "delete"],
        about: "Delete a document",
        examples: &["ra recall knowledge document delete handbook doc_1a2b --yes"],
        method: Method::Delete,
        path: "/api/v1/knowledge/{knowledge}/documents/{document}",
        parameters: &[KNOWLEDGE, DOCUMENT, IN_WORKSPACE],
        columns: &[Column::text("result", "message")],
        destructive: true,
        ..Operation::BASE
    },
];
