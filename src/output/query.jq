def @tsv: map(if . == null then "" elif type == "string" then gsub("\\\\"; "\\\\") | gsub("\t"; "\\t") | gsub("\n"; "\\n") | gsub("\r"; "\\r") else tojson end) | join("\t");
def @csv: map(if . == null then "" elif type == "string" then "\"" + gsub("\""; "\"\"") + "\"" else tojson end) | join(",");
