#compdef quarantine
# Works as a file _quarantine on the fpath, and sourced.
_quarantine() {
	local line=${(j: :)words[1,CURRENT]}
	local -a found
	found=(${(f)"$(COMP_LINE=$line COMP_POINT=${#line} quarantine 2>/dev/null)"})
	compadd -a found
}
if [[ ${funcstack[1]-} == _quarantine ]]; then
	_quarantine "$@"
else
	(( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
	compdef _quarantine quarantine
fi
