package message

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ec2-quarantine/quarantine/internal/command"
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

// arg quotes a word for a POSIX shell.
func arg(s string) string { return command.Arg(Clean(s, maxLine)) }

// cleaned are words of a command, before they are quoted.
func cleaned(words []string) []string {
	var out []string
	for _, w := range words {
		out = append(out, Clean(w, maxLine))
	}
	return out
}
