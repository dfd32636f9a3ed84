# No program exists: each call is recorded, with the number of its words before them.
command_not_found_handle() {
	printf '%s\0' "$#" "$@" >>"$RECORD"
	case "$*" in
	'jq -e'*) # asks whether there is one more: there is one
		[[ ! -e $RECORD.asked ]] && : >"$RECORD.asked" ;;
	*todate*) printf '%s\n' 2026-01-15T04:05:06Z ;;
	jq*{*) printf '%s\n' '{}' ;;
	jq*) printf '%s\n' 1 ;;
	date*) printf '%s\n' 1768449906000 ;;
	*'[0].['*) printf '%s\n' 'printed printed printed' ;; # a row of several
	*Arn*) printf '%s\n' arn:aws:service:eu-west-1:111122223333:kind/printed ;;
	*) printf '%s\n' printed ;;
	esac
}
