complete --keep-order --exclusive --command ra --arguments "(RA_COMPLETE=fish ra -- (commandline --current-process --tokenize --cut-at-cursor) (commandline --current-token))"
