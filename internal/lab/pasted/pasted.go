// Package pasted takes the command lines out of what people read, and has a shell take them
// apart as it would where they are pasted.
package pasted

import (
	"html"
	"regexp"
	"strings"
)

// begins is what a row begins with that a command line begins in.
var begins = regexp.MustCompile(`^\s*(?:\$ )?((?:quarantine|aws) [a-z].*)$`)

// isProse tells a sentence that begins with a program's name from a command line.
func isProse(line string) bool {
	words := strings.Fields(line)
	return words[0] == "quarantine" && !known(words[1]) && !strings.Contains(line, " --")
}

// known are the commands that are printed without flags, too.
func known(name string) bool {
	return regexp.MustCompile(`^(list|show|approvals|approve|deny|release|narrow|resume|history|simulate|triage|policy|demo-check)$`).MatchString(name)
}

// Commands are the command lines in rows of their own: of a mail, or of what a terminal shows. A
// row that ends in the shell's own way goes on in the next.
func Commands(text string) (all []string) {
	rows := strings.Split(text, "\n")
	for i := 0; i < len(rows); i++ {
		match := begins.FindStringSubmatch(strings.TrimPrefix(rows[i], "|"))
		if match == nil || isProse(match[1]) {
			continue
		}
		line := match[1]
		for strings.HasSuffix(line, `\`) && i+1 < len(rows) {
			i++
			line = strings.TrimSuffix(line, `\`) + strings.TrimSpace(strings.TrimPrefix(rows[i], "|"))
		}
		all = append(all, strings.TrimSpace(line))
	}
	return all
}

var code = regexp.MustCompile("`((?:quarantine|aws) [^`\n]+)`")

// Inline are the command lines that stand in backticks, as in Slack's messages and documents.
func Inline(text string) (all []string) {
	for _, match := range code.FindAllStringSubmatch(text, -1) {
		all = append(all, strings.ReplaceAll(html.UnescapeString(match[1]), `\|`, `|`))
	}
	return all
}

var console = regexp.MustCompile("(?ms)^ *```console\n(.*?)^ *```")

// Console is what a document has people type, block after block, in one shell.
func Console(markdown string) string {
	var all []string
	for _, block := range console.FindAllStringSubmatch(markdown, -1) {
		all = append(all, block[1])
	}
	return strings.Join(all, "\n")
}

var address = regexp.MustCompile("https?://[^\\s<>\"'`|]+")

// Addresses are the links.
func Addresses(text string) []string { return address.FindAllString(text, -1) }
