complete -C quarantine quarantine
