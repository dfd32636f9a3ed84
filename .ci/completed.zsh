# Types "quarantine re" and tabs into a zsh with the completions of a folder, and prints what it shows.
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "fpath=($1 \$fpath); autoload -Uz compinit; compinit -u -D; print ready-\$((1))"
zpty -r -m shell seen '*ready-1*'
zpty -w -n shell $'quarantine re\t\t'
zpty -r shell seen '*resume*'
print -r -- "$seen"
zpty -d shell
