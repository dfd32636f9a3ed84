package message

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Clean makes text from outside safe to show: one line of valid UTF-8 with
// printable characters only, at most limit of them (not bytes; limit is at
// least 3). White space becomes one space; whatever cannot be seen, such as
// the marks that reverse a line's direction, is spelled out, so that a reader
// sees that it was there. Cleaning twice changes nothing more.
func Clean(s string, limit int) string {
	var b strings.Builder
	space := false
	for i, r := range s {
		if i > utf8.UTFMax*limit && utf8.RuneCountInString(b.String()) > limit {
			break // the rest would be cut off
		}
		if unicode.IsSpace(r) {
			space = b.Len() > 0
			continue
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		if unicode.IsPrint(r) {
			b.WriteRune(r) // an invalid byte arrives here as U+FFFD
		} else {
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return clip(b.String(), limit)
}

// clip shortens to limit characters, and shows that it did.
func clip(s string, limit int) string {
	const dots = "..."
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	return strings.TrimRight(string([]rune(s)[:limit-len(dots)]), " ") + dots
}

// plain is what no POSIX shell reads anything into.
var plain = regexp.MustCompile(`^[A-Za-z0-9_./:=@,+%-]+$`)

// Arg is a word as it is typed in a POSIX shell.
func Arg(s string) string { return arg(s) }

// arg quotes a word for a POSIX shell. People paste the commands of a message
// while in a hurry, and names of groups or roles can hold anything.
func arg(s string) string {
	s = Clean(s, maxLine)
	if plain.MatchString(s) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
