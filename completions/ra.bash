# Completion of `ra` in bash; printed by `ra completions bash`.
_ra_complete() {
    local line="${COMP_LINE:0:COMP_POINT}"
    if [[ -z $line ]]; then
        local IFS=' '
        line="${COMP_WORDS[*]:0:COMP_CWORD+1}"
    fi
    COMPREPLY=()
    IFS=$'\013' read -r -d '' -a COMPREPLY < <(RA_COMPLETE=bash ra -- line "$COMP_WORDBREAKS" "$line" 2>/dev/null)
    if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[=/:] ]]; then
        compopt -o nospace 2>/dev/null
    fi
    return 0
}
if [[ ${BASH_VERSINFO[0]} -gt 4 || ( ${BASH_VERSINFO[0]} -eq 4 && ${BASH_VERSINFO[1]} -ge 4 ) ]]; then
    complete -o bashdefault -o nosort -F _ra_complete ra
else
    complete -o bashdefault -F _ra_complete ra
fi
