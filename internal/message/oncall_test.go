package message

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// firstWord begins a subject, in capitals.
var firstWord = regexp.MustCompile(`^(?:\[SAMPLE\] )?([A-Z]{2,}(?:,? [A-Z]{2,})*)`)

// explained are the first words in the tables of docs/oncall.md.
func explained(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile("../../docs/oncall.md")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	below := false // in the second table a comma is part of a word
	for row := range strings.Lines(string(text)) {
		below = below || strings.HasPrefix(row, "| subject |")
		cell, _, is := strings.Cut(strings.TrimPrefix(row, "| "), " |")
		if !is || !firstWord.MatchString(cell) {
			continue
		}
		cell = strings.TrimSuffix(cell, " and the like")
		if below {
			out = append(out, firstWord.FindStringSubmatch(cell)[1])
			continue
		}
		out = append(out, strings.Split(cell, ", ")...)
	}
	return out
}

// subjects begin with every word that there is.
func subjects(t *testing.T) []string {
	t.Helper()
	narrowed := released(restored("subnet-1"))
	narrowed.Kind = quarantine.KindNarrowed
	notNarrowed := notReleased(quarantine.NotNarrowed, "why")
	notNarrowed.Kind = quarantine.KindNarrowFailed
	before := released(restored("subnet-1"))
	before.Release.Already = true
	exempt := toldOnly(quarantine.ActionNotify)
	exempt.Failure = caught(quarantine.InstanceExempt, "by the policy")
	var out []string
	for _, n := range append(drifts(),
		narrowed, notNarrowed, before, released(restored("subnet-1")), released(), exempt, toldOnly(quarantine.ActionApprove),
		kept(quarantine.PurposeRelease), kept(quarantine.PurposeIsolate), expired(quarantine.PurposeIsolate, ""), expired(quarantine.PurposeRelease, ""),
	) {
		out = append(out, compose(t, n).Subject)
	}
	for _, would := range []quarantine.Would{quarantine.WouldCut, quarantine.WouldAsk, quarantine.WouldGroup, quarantine.WouldFail, quarantine.WouldNotKnown} {
		out = append(out, compose(t, observing(quarantine.Observation{Would: would, Failure: quarantine.InstanceExempt})).Subject)
	}
	for _, m := range everyMessage(t) {
		out = append(out, m.Subject)
	}
	return out
}

// drifts are one of every word about what did not stand as it was put.
func drifts() []quarantine.News {
	again := func(d *quarantine.Drift) {
		d.Since, d.Times, d.Told = noon, 3, []quarantine.DriftNews{quarantine.NewsFirst}
	}
	came := func(changes ...func(*quarantine.Drift)) quarantine.News {
		return drifted(quarantine.DriftNew, "security-group", "eni-9", "is not held", changes...)
	}
	return []quarantine.News{
		reopened(notPutRight), reopened(stillOpen), reopened(again), reopened(), came(), came(stillOpen), came(notPutRight),
		drifted(quarantine.DriftUncovered, "network-acl", "subnet-0ddd4444", "interface eni-9 is in it", stillOpen),
		drifted(quarantine.DriftOtherwise, "network-acl", "subnet-0aaa1111", "is under acl-9", stillOpen),
	}
}

// Whoever is woken by a message looks its first word up, and finds it.
func TestOnCallExplainsTheFirstWordOfEveryMessage(t *testing.T) {
	t.Parallel()
	known, all := explained(t), subjects(t)
	begins := func(subject, word string) bool {
		first := firstWord.FindStringSubmatch(subject)
		return first != nil && (first[1] == word || strings.HasPrefix(first[1], word+" ") || strings.HasPrefix(first[1], word+","))
	}
	for _, s := range all {
		if !slices.ContainsFunc(known, func(word string) bool { return begins(s, word) }) {
			t.Errorf("docs/oncall.md does not explain the message %q", s)
		}
	}
	for _, word := range known {
		if !slices.ContainsFunc(all, func(s string) bool { return begins(s, word) }) {
			t.Errorf("docs/oncall.md explains %q, and no message begins with it", word)
		}
	}
}
