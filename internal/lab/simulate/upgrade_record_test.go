package simulate_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/ec2-quarantine/quarantine/functions/approval"
	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/ec2"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/local/wiring"
	"github.com/ec2-quarantine/quarantine/statemachine"
)

// recordRelease names the release whose parts speak to each other as they do now: what later
// releases are held to.
var recordRelease = flag.String("record-release", "", "write testdata/releases/NAME anew: payloads, items, news, links, definitions, and executions that wait")

// releases is the folder of what releases have left behind, a folder each.
const releases = "testdata/releases"

// payload is one call of a function by a definition, and what came of it.
type payload struct {
	Function string          `json:"function"`
	Payload  json.RawMessage `json:"payload"`
	Answer   json.RawMessage `json:"answer,omitempty"`
	Error    string          `json:"error,omitempty"`
}

// link is a link that went out.
type link struct {
	URL     string    `json:"url"`
	Request string    `json:"request"`
	Expires time.Time `json:"expires"`
}

// waiting is an execution in the middle, with the account and the ledger of that moment.
type waiting struct {
	At        time.Time                  `json:"at"`
	Machine   string                     `json:"machine"`
	Execution string                     `json:"execution"` // its name
	State     string                     `json:"state"`     // that it is in
	Input     json.RawMessage            `json:"input"`     // of that state
	Variables map[string]json.RawMessage `json:"variables"`
	Question  *link                      `json:"question,omitempty"` // that is pending
	Account   json.RawMessage            `json:"account"`            // an ec2.Description
	Before    []stood                    `json:"before"`             // what stood before anything was cut
	Snapshots json.RawMessage            `json:"snapshots"`
	// Attributes are what calls set on things and descriptions do not show, by the things' ids.
	Attributes map[string]map[string]string `json:"attributes"`
	Items      []any                        `json:"items"` // of the ledger
}

// stood is how a thing stands that a measure changes: which ACL a subnet is under, and attributes.
type stood struct {
	Thing string `json:"thing"`
	As    string `json:"as"`
}

// The tokens of questions are random; every recording has this one.
const recordedToken = "recorded-task-token"

func TestRecordRelease(t *testing.T) {
	if *recordRelease == "" {
		t.Skip("go tool task record-release NAME=... records")
	}
	if filepath.Base(*recordRelease) != *recordRelease || strings.HasPrefix(*recordRelease, ".") {
		t.Fatalf("%q is no name for a folder", *recordRelease)
	}
	folder := filepath.Join(releases, *recordRelease)
	if err := os.RemoveAll(folder); err != nil {
		t.Fatal(err)
	}
	recordDefinitions(t, folder)
	recordRuns(t, folder)
	for _, name := range slices.Sorted(maps.Keys(waits())) {
		writeJSON(t, filepath.Join(folder, "waits", name+".json"), record(t, waits()[name]))
	}
}

func recordDefinitions(t *testing.T, folder string) {
	t.Helper()
	for name, text := range map[string][]byte{
		wiring.Name: statemachine.Quarantine, wiring.Approval: statemachine.Approval, wiring.Release: statemachine.Release, wiring.Watch: statemachine.Watch,
	} {
		writeJSON(t, filepath.Join(folder, "definitions", name+".asl.json"), json.RawMessage(text))
	}
}

// recordRuns records what passes between the parts in every run that tells people something.
func recordRuns(t *testing.T, folder string) {
	t.Helper()
	calls, items, news, ends := newKept[payload](), newKept[any](), newKept[json.RawMessage](), map[string][]string{}
	all := tellings(t)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		r, _ := all[name].report(t)
		ends[name] = endsOf(r)
		for _, e := range r.Executions {
			for _, c := range payloadsOf(t, e.History) {
				calls.add(c, c.Function, c.Payload, c.Answer)
			}
		}
		for _, i := range notRandom(r.Ledger) {
			text := mustJSON(t, i)
			key := fields(text, "pk", "sk")
			items.add(text, kindOfItem(key[0], key[1]), text)
		}
		for _, e := range r.Events {
			text := mustJSON(t, e)
			var of struct {
				Detail json.RawMessage `json:"detail"`
			}
			if err := json.Unmarshal(text, &of); err != nil || of.Detail == nil {
				t.Fatalf("an event without a detail: %s", text)
			}
			news.add(of.Detail, fields(of.Detail, "kind")[0], of.Detail)
		}
	}
	writeJSON(t, filepath.Join(folder, "payloads.json"), calls.all)
	writeJSON(t, filepath.Join(folder, "items.json"), items.all)
	writeJSON(t, filepath.Join(folder, "news.json"), news.all)
	writeJSON(t, filepath.Join(folder, "ends.json"), ends)
}

// endsOf are how a run's executions ended, in an order of their own.
func endsOf(r *simulate.Report) (ends []string) {
	for _, e := range r.Executions {
		ends = append(ends, fmt.Sprintf("%s %s in %s", e.Machine, e.Status, end(e)))
	}
	slices.Sort(ends)
	return ends
}

// payloadsOf are the calls of functions in a history.
func payloadsOf(t *testing.T, events []history.Event) (out []payload) {
	t.Helper()
	for i, e := range events {
		if e.TaskScheduled == nil || e.TaskScheduled.ResourceType != "lambda" {
			continue
		}
		var called struct {
			FunctionName string
			Payload      json.RawMessage
		}
		if err := json.Unmarshal([]byte(e.TaskScheduled.Parameters), &called); err != nil {
			t.Fatal(err)
		}
		c := payload{Function: called.FunctionName[strings.LastIndex(called.FunctionName, ":")+1:], Payload: called.Payload}
		after := e.ID
		for _, next := range events[i+1:] {
			if next.PreviousEventID != after {
				continue
			}
			switch after = next.ID; {
			case next.TaskSucceeded != nil && e.TaskScheduled.Resource == "invoke":
				var answered struct{ Payload json.RawMessage }
				if err := json.Unmarshal([]byte(next.TaskSucceeded.Output), &answered); err != nil {
					t.Fatal(err)
				}
				c.Answer = answered.Payload
			case next.TaskFailed != nil:
				c.Error = next.TaskFailed.Error
			}
			if c.Answer != nil || c.Error != "" {
				break
			}
		}
		out = append(out, c)
	}
	return out
}

// kindOfItem is an item's kind: what its keys begin with.
func kindOfItem(pk, sk string) string {
	pk, _, _ = strings.Cut(pk, "#")
	for _, exact := range []string{"EVENT#", "HELD#", "EVIDENCE#", "DRIFT#", "QUESTION#", "VERDICT#", "HOUR#", "FALSE-ALARM#"} {
		if rest, found := strings.CutPrefix(sk, exact); found {
			if kind, _, _ := strings.Cut(rest, "#"); exact == "EVENT#" || exact == "HELD#" || exact == "DRIFT#" {
				return pk + " " + exact + kind
			}
			return pk + " " + exact
		}
	}
	return pk + " " + sk
}

// kept are values of which each has something that none before it has: a field, a type or, where the
// value decides what is done, a value.
type kept[T any] struct {
	all  []T
	seen map[string]bool
}

func newKept[T any]() *kept[T] { return &kept[T]{seen: map[string]bool{}} }

func (k *kept[T]) add(v T, kind string, parts ...json.RawMessage) {
	anew := false
	for n, part := range parts {
		var value any
		if len(part) == 0 || json.Unmarshal(part, &value) != nil {
			continue
		}
		features(fmt.Sprint(kind, " ", n), value, func(feature string) {
			anew = anew || !k.seen[feature]
			k.seen[feature] = true
		})
	}
	if anew {
		k.all = append(k.all, v)
	}
}

// deciding are the fields whose values decide what is done.
var deciding = []string{"kind", "action", "step", "purpose", "measure", "outcome", "containedBy", "status"}

// named are names of things among fields: which thing it is, is no other shape.
var named = regexp.MustCompile(`[0-9]{3}|#|:`)

func features(path string, v any, say func(string)) {
	switch v := v.(type) {
	case map[string]any:
		for name, field := range v {
			if slices.Contains(deciding, name) {
				if text, is := field.(string); is {
					say(path + "." + name + "=" + text)
				}
			}
			if named.MatchString(name) {
				name = "*"
			}
			features(path+"."+name, field, say)
		}
	case []any:
		for _, e := range v {
			features(path+"[]", e, say)
		}
	default:
		say(fmt.Sprintf("%s: %T", path, v))
	}
}

// wait is how an execution comes to wait.
type wait struct {
	told
	state string // at which it is recorded
}

func waits() map[string]wait {
	ready := func(context.Context) (*approval.Signer, error) {
		return approval.NewSigner([]byte(signingKey), "https://approvals.example")
	}
	return map[string]wait{
		"question-before-a-cut":   {told{events: []simulate.Event{miner(hostAB, 1)}, policy: asking, signer: ready}, "AskBeforeCut"},
		"snapshots":               {told{events: []simulate.Event{miner(hostAB, 1)}}, "WaitForSnapshots"},
		"question-of-the-release": {told{events: []simulate.Event{miner(hostAB, 1)}, machine: wiring.Approval, signer: ready}, "AskForRelease"},
	}
}

// record runs until an execution has been in the state for a minute, and records that moment.
func record(t *testing.T, w wait) waiting {
	t.Helper()
	policy := triage.DefaultPolicy()
	if w.policy != "" {
		var err error
		if policy, err = triage.ParsePolicy([]byte(w.policy)); err != nil {
			t.Fatal(err)
		}
	}
	var out waiting
	var mu sync.Mutex
	entered := func() bool { mu.Lock(); defer mu.Unlock(); return out.Execution != "" }
	r, err := simulate.Run(t.Context(), simulate.Options{
		Events: w.events, Account: network, Policy: policy, Machine: w.machine, Signer: w.signer, Start: start, Record: true,
		Person: func(_ context.Context, q simulate.Asked) { out.Question = &link{URL: q.Link, Request: q.Request} },
		Watch: simulate.Watch{Event: func(execution string, e history.Event) {
			mu.Lock()
			defer mu.Unlock()
			if out.Execution == "" && e.StateEntered != nil && e.StateEntered.Name == w.state {
				out.Execution = execution
			}
		}},
		Scenario: func(ctx context.Context, s *simulate.Session) error {
			var err error
			out.Before = standing(s.Account)
			if _, err := s.Deliver(ctx, w.events[0]); err != nil {
				return err
			}
			for !entered() {
				if err := s.Clock.Sleep(ctx, 10*time.Second); err != nil {
					return err
				}
			}
			if err := s.Clock.Sleep(ctx, 50*time.Second); err != nil {
				return err
			}
			out.Attributes = s.Account.Attributes()
			out.At, out.Items = s.Clock.Now().UTC(), notRandom(s.Account.DescribeAllItems("quarantine-ledger"))
			s.Account.Read(func(d ec2.Description) { out.Account, err = json.Marshal(d) })
			if err == nil {
				out.Snapshots, err = json.Marshal(s.Account.DescribeAllSnapshots())
			}
			if err == nil && out.Question != nil {
				q, failed := s.Ledger.Request(ctx, out.Question.Request)
				out.Question.Expires, err = q.ExpiresAt, failed
			}
			return err
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range r.Executions {
		if e.Name == out.Execution && slices.ContainsFunc(e.History, func(h history.Event) bool { return h.StateEntered != nil && h.StateEntered.Name == w.state }) {
			out.Machine = e.Machine
			out.State, out.Input, out.Variables = stateAt(t, e.History, w.state, out.At)
		}
	}
	if out.State == "" {
		t.Fatalf("no execution was in %s at %s", w.state, out.At)
	}
	return out
}

// standing is how everything stands that a measure can change.
func standing(a *account.Account) (all []stood) {
	a.Read(func(d ec2.Description) {
		for _, acl := range d.NetworkACLs {
			for _, as := range acl.Associations {
				all = append(all, stood{aws.ToString(as.SubnetId), aws.ToString(acl.NetworkAclId)})
			}
		}
	})
	for id, attributes := range a.Attributes() {
		for name, value := range attributes {
			all = append(all, stood{id + " " + name, value})
		}
	}
	slices.SortFunc(all, func(a, b stood) int { return strings.Compare(a.Thing, b.Thing) })
	return all
}

// stateAt is what an execution knew when it entered the state for the last time until then.
func stateAt(t *testing.T, events []history.Event, state string, at time.Time) (string, json.RawMessage, map[string]json.RawMessage) {
	t.Helper()
	byID := map[int64]history.Event{}
	var last history.Event
	for _, e := range events {
		byID[e.ID] = e
		if e.StateEntered != nil && e.StateEntered.Name == state && !e.Timestamp.After(at) {
			last = e
		}
	}
	if last.StateEntered == nil {
		return "", nil, nil
	}
	variables := map[string]json.RawMessage{}
	for e := last; e.ID > 0; e = byID[e.PreviousEventID] {
		if e.StateExited == nil {
			continue
		}
		for name, value := range e.StateExited.AssignedVariables {
			if _, later := variables[name]; !later {
				variables[name] = json.RawMessage(value)
			}
		}
	}
	return state, json.RawMessage(last.StateEntered.Input), variables
}

// notRandom puts fixed values in place of the random ones of items, tokens among them.
func notRandom(items []any) []any {
	for _, i := range items {
		item, _ := i.(map[string]any)
		for name, fixed := range map[string]string{"token": recordedToken, "tokenHash": "recorded-hash", "writer": "recorded-writer"} {
			if _, is := item[name]; is || name == "token" && text(item, "sk") == "TOKEN" {
				item[name] = map[string]any{"S": fixed}
			}
		}
	}
	return items
}

// fields are string attributes of an item in DynamoDB JSON, or string fields of an object.
func fields(of json.RawMessage, names ...string) (out []string) {
	var all map[string]json.RawMessage
	_ = json.Unmarshal(of, &all)
	for _, name := range names {
		var attribute struct{ S string }
		var text string
		_ = json.Unmarshal(all[name], &attribute)
		_ = json.Unmarshal(all[name], &text)
		out = append(out, cmp.Or(attribute.S, text))
	}
	return out
}

func mustJSON(t *testing.T, v any) json.RawMessage {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// writeJSON writes compact JSON, a line for each element of a list, so that a diff shows what differs.
func writeJSON(t *testing.T, file string, v any) {
	t.Helper()
	text := mustJSON(t, v)
	var elements []json.RawMessage
	var out bytes.Buffer
	if json.Unmarshal(text, &elements) == nil && elements != nil {
		out.WriteString("[\n")
		for n, e := range elements {
			out.Write(e)
			out.WriteString(map[bool]string{true: "\n", false: ",\n"}[n == len(elements)-1])
		}
		out.WriteString("]")
	} else {
		out.Write(text)
	}
	out.WriteString("\n")
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, out.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}
