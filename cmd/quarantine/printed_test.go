package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/command"
	"github.com/ec2-quarantine/quarantine/internal/lab/pasted"
)

// messages are those of every kind, as the lab's runs are told them, in text and as Slack gets
// them, those about a key, and what is done by hand where they have no room for it.
var messages = []string{
	"../../internal/lab/simulate/testdata/messages/*", "../../internal/message/testdata/keys/*", "../../internal/message/testdata/by-hand/*",
}

// pageHosts are those of the page in those runs.
var pageHosts = []string{"approvals.example", "approve.example"}

// texts are the files, by their names.
func texts(t *testing.T, patterns ...string) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, pattern := range patterns {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("there is no %s: %v", pattern, err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			all[file] = string(text)
			if filepath.Ext(file) == ".json" {
				all[file] = shown(t, text)
			}
		}
	}
	return all
}

// shown are the strings of a JSON text.
func shown(t *testing.T, text []byte) string {
	t.Helper()
	var root any
	if err := json.Unmarshal(text, &root); err != nil {
		t.Fatal(err)
	}
	var all []string
	var collect func(any)
	collect = func(v any) {
		switch v := v.(type) {
		case string:
			all = append(all, v)
		case []any:
			for _, below := range v {
				collect(below)
			}
		case map[string]any:
			for _, below := range v {
				collect(below)
			}
		}
	}
	collect(root)
	return strings.Join(all, "\n")
}

// Every command of every message is one that its program takes, as the shell takes it apart. What
// is not known is not printed: no word stands for another, but the reason that a person writes.
func TestEveryCommandInAMessageIsTakenByItsProgram(t *testing.T) {
	t.Parallel()
	var script []string
	for file, text := range texts(t, messages...) {
		printed := append(pasted.Commands(text), pasted.Inline(text)...)
		for _, line := range printed {
			wantNoPlaceholder(t, file, line)
		}
		script = append(script, printed...)
	}
	slices.Sort(script)
	calls := pasted.Shell(t, strings.Join(slices.Compact(script), "\n"))
	wantOfEach(t, calls, map[string]int{"quarantine": 25, "aws": 60})
	taken(t, calls, nil)
	sent(t, calls)
}

// placeholder is a word that stands for another.
var placeholder = regexp.MustCompile(`(?:^|[ =,'#])([A-Z]{3,})(?:$|[ ,'#}])`)

// byHand are the placeholders of procedures by hand, where the sentence before says what is to be
// written: what they are about is not known, or only the command before prints it.
var byHand = []string{"ASSOCIATION", "ACL", "GROUP", "INTERFACE", "SUBNET", "TABLE", "ACCOUNT", "REGION", "ORIGINAL", "VPC", "DEVICE",
	"PROFILE", "ROLE", "TARGETGROUP", "TARGET", "PORT", "LOADBALANCER", "USER"}

func wantNoPlaceholder(t *testing.T, file, line string) {
	t.Helper()
	ours := strings.HasPrefix(line, "quarantine ")
	for _, found := range placeholder.FindAllStringSubmatch(strings.ReplaceAll(line, "'"+command.SayWhy+"'", ""), -1) {
		if word := found[1]; word != "HOLD" && (ours || !slices.Contains(byHand, word)) { // HOLD is a key of the ledger's
			t.Errorf("%s: %s stands for what is not printed in: %s", file, word, line)
		}
	}
	if ours && !strings.Contains(line, "--region ") && !offline.MatchString(line) && !strings.Contains(file, "/keys/") { // those are composed without a place
		t.Errorf("%s: it does not say where: %s", file, line)
	}
}

// offline is a command that needs no account.
var offline = regexp.MustCompile(`^quarantine (simulate|triage)( |$)`)

// wantOfEach wants so many calls of each program at least: else this tests nothing.
func wantOfEach(t *testing.T, calls [][]string, least map[string]int) {
	t.Helper()
	for program, n := range least {
		got := len(slices.DeleteFunc(slices.Clone(calls), func(words []string) bool { return words[0] != program }))
		if got < n {
			t.Errorf("%d calls of %s: are they found?", got, program)
		}
	}
}

// taken has the command line read every call of it, a reason written for its placeholder and values
// for those of the table.
func taken(t *testing.T, calls [][]string, values map[string]string) {
	t.Helper()
	for _, words := range calls {
		if words[0] != "quarantine" {
			continue
		}
		printed := strings.Join(words, " ")
		if err := read(words[1:]); slices.Contains(words, command.SayWhy) && err == nil {
			t.Errorf("the placeholder goes on record as the reason: %s", printed)
		}
		words = slices.Clone(words)
		for i, w := range words {
			words[i] = strings.ReplaceAll(w, command.SayWhy, "it is rebuilt")
			if value, is := values[w]; is {
				words[i] = value
			}
		}
		if err := read(words[1:]); err != nil {
			t.Errorf("%v: %s", err, printed)
		}
	}
}

// read reads a command line, and does nothing.
func read(words []string) (err error) {
	nobody := streams{in: strings.NewReader(""), out: io.Discard, err: io.Discard}
	defer func() {
		if ended := recover(); ended != nil && ended != any(helped(exitOK)) {
			err = fmt.Errorf("%v", ended)
		}
	}()
	_, err = newParser(context.Background(), nobody).Parse(words)
	return err
}

// sent has the AWS CLI read every call of it, in a folder with the files that commands name.
func sent(t *testing.T, calls [][]string) {
	t.Helper()
	folder := t.TempDir()
	for _, file := range []string{"event.json", "policy.yaml"} {
		if err := os.WriteFile(filepath.Join(folder, file), []byte("{}"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var all [][]string
	for _, words := range calls {
		if words[0] != "aws" {
			continue
		}
		words = slices.Clone(words[1:])
		for i := range words {
			words[i] = strings.ReplaceAll(words[i], "Port=PORT", "Port=443") // a number stands there
		}
		all = append(all, words)
	}
	for _, fault := range pasted.Refused(t, folder, all) {
		t.Error(fault)
	}
}

// Links are of AWS's consoles, and of our own page: nobody is led elsewhere.
func TestEveryLinkInAMessageLeadsToAConsoleOrToThePage(t *testing.T) {
	t.Parallel()
	hosts := map[string]int{}
	for file, text := range texts(t, messages...) {
		for _, address := range pasted.Addresses(text) {
			u, err := url.Parse(address)
			if err != nil || u.Scheme != "https" || u.Host == "" {
				t.Errorf("%s: %s is no link: %v", file, address, err)
				continue
			}
			hosts[u.Host]++
		}
	}
	for _, host := range slices.Sorted(maps.Keys(hosts)) {
		if !console.MatchString(host) && !slices.Contains(pageHosts, host) {
			t.Errorf("%d links lead to %s", hosts[host], host)
		}
	}
	if len(hosts) < 2 {
		t.Errorf("links lead to %v only", hosts)
	}
}

var console = regexp.MustCompile(`^[a-z]+(-[a-z]+)+-[0-9]\.console\.aws\.amazon\.com$`)
