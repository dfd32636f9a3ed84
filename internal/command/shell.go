package command

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// plain is what no POSIX shell reads anything into.
var plain = regexp.MustCompile(`^[A-Za-z0-9_./:=@,+%-]+$`)

// Arg quotes a word for a POSIX shell. People paste commands in a hurry, and names of groups or
// roles can hold anything: what cannot be seen becomes U+FFFD, so that no word breaks the line.
func Arg(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return unicode.ReplacementChar
	}, s)
	switch {
	case plain.MatchString(s):
		return s
	case strings.Contains(s, "'") && !strings.ContainsAny(s, "$`\"\\!"):
		return `"` + s + `"` // it reads better, and no shell reads anything into it
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// Inside is what a command line prints, as a word of another one.
func Inside(words []string) string { return `"$(` + Line(words) + `)"` }

// Line is a command line in one line.
func Line(words []string) string { return strings.Join(words, " ") }

// Indent leads in the rows after the first.
const Indent = "  "

// Rows breaks a command line before its flags, in the shell's own way, into rows of at most so
// many columns where it can be, so that it can be pasted as it stands.
func Rows(words []string, columns int) []string {
	row := words[0]
	var out []string
	for _, w := range grouped(words[1:]) {
		if utf8.RuneCountInString(row)+len(" ")+utf8.RuneCountInString(w)+len(` \`) > columns {
			out = append(out, row+` \`)
			row = Indent + w
			continue
		}
		row += " " + w
	}
	return append(out, row)
}

// grouped joins each flag with its values.
func grouped(words []string) []string {
	var out []string
	for _, w := range words {
		if len(out) > 0 && strings.HasPrefix(out[len(out)-1], "--") && !strings.HasPrefix(w, "--") {
			out[len(out)-1] += " " + w
			continue
		}
		out = append(out, w)
	}
	return out
}
