package simulate_test

import (
	"bytes"
	"context"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/functions/approval"
	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/golden"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/statemachine"
)

// told is a way on which people are told something: the last message of its kind is
// held to testdata/messages.
type told struct {
	kind    quarantine.MessageKind
	events  []simulate.Event
	machine string
	// policy is the default one if it is empty.
	policy   string
	person   func(context.Context, simulate.Asked)
	prepare  func(*account.Account)
	scenario func(context.Context, *simulate.Session) error
	// signer is that of the page, if there is one.
	signer func(context.Context) (*approval.Signer, error)
	// slack tells that the blocks for Slack are held to testdata, too.
	slack bool
	// definitions are those of another release.
	definitions map[string][]byte
}

// run gives the subject and text that SNS took last of the kind, the body that Slack
// took, and the states that the executions went through.
func (c told) run(t *testing.T) (text, blocks string, path []string) {
	t.Helper()
	r, acct := c.report(t)
	for _, n := range r.Notifications {
		if n.Channel == "sns" && n.Kind == string(c.kind) {
			text = "Subject: " + n.Subject + "\n\n" + n.Text
		}
	}
	if text == "" {
		t.Fatalf("no message of kind %s: %v", c.kind, kinds(r))
	}
	for _, e := range r.Executions {
		path = append(path, e.Path...)
	}
	subject := strings.TrimPrefix(strings.SplitN(text, "\n", 2)[0], "Subject: ")
	return text, posted(t, acct, subject), path
}

// report is that of the run, and its account.
func (c told) report(t *testing.T) (*simulate.Report, *account.Account) {
	t.Helper()
	p := triage.DefaultPolicy()
	if c.policy != "" {
		var err error
		if p, err = triage.ParsePolicy([]byte(c.policy)); err != nil {
			t.Fatal(err)
		}
	}
	var acct *account.Account
	r, err := simulate.Run(t.Context(), simulate.Options{
		Events: c.events, Scenario: c.scenario, Account: network, Policy: p, Machine: c.machine, Person: c.person, Signer: c.signer, Definitions: c.definitions,
		Start: start, Expiry: 3 * time.Hour, Record: true,
		Prepare: func(a *account.Account) {
			if acct = a; c.prepare != nil {
				c.prepare(a)
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return r, acct
}

// posted is the last body with that subject which Slack took, indented.
func posted(t *testing.T, a *account.Account, subject string) (body string) {
	t.Helper()
	for _, post := range a.Posts() {
		var m struct{ Text string }
		var indented bytes.Buffer
		if json.Unmarshal(post.Body, &m) != nil || json.Indent(&indented, post.Body, "", "  ") != nil {
			t.Fatalf("Slack took what is no JSON: %s", post.Body)
		}
		if strings.NewReplacer("&amp;", "&", "&lt;", "<", "&gt;", ">").Replace(m.Text) == subject {
			body = indented.String() + "\n"
		}
	}
	return body
}

func TestMessagesOfRunsReadAsInTestdata(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	entered := map[string]bool{}
	t.Run("every", func(t *testing.T) {
		for name, c := range tellings(t) {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				text, blocks, path := c.run(t)
				fits(t, c.kind, text)
				golden.File(t, "testdata/messages/"+name+".txt", text)
				if c.slack {
					golden.File(t, "testdata/messages/"+name+".slack.json", blocks)
				}
				mu.Lock()
				defer mu.Unlock()
				for _, state := range path {
					entered[state] = true
				}
			})
		}
	})
	for _, state := range tellingStates(t) {
		if !entered[state] && !t.Failed() {
			t.Errorf("no message of state %s is in testdata", state)
		}
	}
}

// tellingStates are those of the definitions that invoke the functions which
// tell and ask, by name.
func tellingStates(t *testing.T) []string {
	t.Helper()
	all := map[string]bool{}
	for _, definition := range [][]byte{statemachine.Quarantine, statemachine.Approval, statemachine.Release, statemachine.Watch} {
		var root any
		if err := json.Unmarshal(definition, &root); err != nil {
			t.Fatal(err)
		}
		collectTelling("", root, all)
	}
	if len(all) < 10 {
		t.Fatalf("the definitions tell in %d states only: %v", len(all), all)
	}
	return slices.Sorted(maps.Keys(all))
}

func collectTelling(name string, v any, into map[string]bool) {
	switch v := v.(type) {
	case map[string]any:
		if arguments, ok := v["Arguments"].(map[string]any); ok {
			if f := arguments["FunctionName"]; f == "${NotifyFunctionArn}" || f == "${ApprovalFunctionArn}" {
				into[name] = true
			}
		}
		for key, below := range v {
			collectTelling(key, below, into)
		}
	case []any:
		for _, below := range v {
			collectTelling("", below, into)
		}
	}
}

func TestEveryKindOfMessageIsInTestdata(t *testing.T) {
	t.Parallel()
	covered, files := map[string]bool{}, map[string]bool{}
	for name, c := range tellings(t) {
		covered[string(c.kind)] = true
		files[name+".txt"] = true
		if c.slack {
			files[name+".slack.json"] = true
		}
	}
	for _, kind := range messageKinds(t) {
		if !covered[kind] {
			t.Errorf("no run's message of kind %s is in testdata", kind)
		}
	}
	there, err := filepath.Glob("testdata/messages/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range there {
		if !files[filepath.Base(file)] {
			t.Errorf("%s is no run's message", file)
		}
	}
}

// messageKinds are the values of the constants of type MessageKind, from the source.
func messageKinds(t *testing.T) (all []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../../quarantine/message.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if kind, ok := spec.Type.(*ast.Ident); ok && kind.Name == "MessageKind" {
			for _, v := range spec.Values {
				all = append(all, strings.Trim(v.(*ast.BasicLit).Value, `"`))
			}
		}
		return true
	})
	if len(all) < 12 {
		t.Fatalf("found %v only", all)
	}
	return all
}
