# no jobs but those of the commands
