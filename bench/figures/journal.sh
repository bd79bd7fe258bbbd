# TITLE: the journal's durable records/s beside a bare group-commit append of the same bytes on this disk
# LIMIT: 90
"$TOP/bench/journal.sh" "$INTEROP" 2>&1 | while IFS= read -r line; do say "$line"; done
