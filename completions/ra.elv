
set edit:completion:arg-completer[ra] = { |@words|
    var index = (count $words)
    set index = (- $index 1)

    put (env _CLAP_IFS="\n" _CLAP_COMPLETE_INDEX=(to-string $index) RA_COMPLETE="elvish" ra -- $@words) | to-lines
}

