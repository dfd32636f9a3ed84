package simulate_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/local/wiring"
)

// filled is an event of as many bytes, all further ones in a field that the parser does not read.
func filled(e simulate.Event, size int) simulate.Event {
	const empty = `"additionalInfo":{}`
	more := size - len(e.Body) - len(`"value":""`)
	body := strings.Replace(string(e.Body), empty, `"additionalInfo":{"value":"`+strings.Repeat("x", more)+`"}`, 1)
	return simulate.Event{Name: e.Name, Body: json.RawMessage(body)}
}

// An input of Step Functions has 256 KiB at most, and so has what a state is given: the
// event fits, and the event with anything beside it does not.
func TestAnEventThatLeavesNoRoomBesideItIsToldByItsIDs(t *testing.T) {
	t.Parallel()
	const limit = 256 << 10
	malformed := unjudgeable()
	for name, c := range map[string]struct {
		event   simulate.Event
		size    int
		machine string
		path    string
	}{
		"beside triage's input":       {miner(hostA, 1), limit - 10, wiring.Name, "Triage TellByIds TriageFailed"},
		"beside what notify is given": {malformed, limit - 400, wiring.Name, "Triage TellMalformed TellByIds TriageFailed"},
		"beside the nested input":     {miner(hostA, 1), limit - 10, wiring.Approval, "Contain WhatWentWrong TellNotStarted TellByIds ContainFailed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := filled(c.event, c.size)
			r, err := simulate.Run(t.Context(), simulate.Options{Events: []simulate.Event{e}, Account: network, Policy: triage.DefaultPolicy(), Machine: c.machine, Start: start, Record: true})
			if err != nil {
				t.Fatal(err)
			}
			if got := path(r.Executions[0]); got != c.path {
				t.Errorf("path %s, want %s: %s: %s", got, c.path, r.Executions[0].Error, r.Executions[0].Cause)
			}
			i := slices.IndexFunc(r.Notifications, func(n simulate.Notification) bool { return n.Channel == "sns" })
			if i < 0 {
				t.Fatal("nobody was told")
			}
			for _, want := range []string{hostA, "00000000000000000000000000000001", "CryptoCurrency:EC2/BitcoinTool.B!DNS", "NOT CONTAINED"} {
				if !strings.Contains(r.Notifications[i].Subject+r.Notifications[i].Text, want) {
					t.Errorf("%s is not in the news: %s", want, r.Notifications[i].Text)
				}
			}
		})
	}
}

func TestALargeEventThatLeavesRoomIsContained(t *testing.T) {
	t.Parallel()
	e := filled(miner(hostA, 1), 256<<10-2000)
	r := checked(t, simulate.Options{Events: []simulate.Event{e}, Account: network, Policy: triage.DefaultPolicy(), Start: start}, world(false, e))
	if got := end(r.Executions[0]); got != "Contained" {
		t.Errorf("ended at %s: %s", got, path(r.Executions[0]))
	}
}
