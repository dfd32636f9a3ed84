package main

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/functions/approval"
	"github.com/ec2-quarantine/quarantine/internal/aws/sfn"
	"github.com/ec2-quarantine/quarantine/internal/history/story"
	"github.com/ec2-quarantine/quarantine/internal/lab/stage"
	"github.com/ec2-quarantine/quarantine/internal/lab/waiting"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

const caller = "arn:aws:iam::111122223333:user/kim"

// asking is a responder without a terminal whose definition has asked two questions about one instance and
// a third about another, and a function that sends one of them.
func asking(t *testing.T) (*responder, quarantine.Resource, func(id string) quarantine.ApprovalRequest) {
	t.Helper()
	s := stage.New()
	tasks := waiting.New(func(_ context.Context, _ string, do func() error) error { return do() })
	about, another := s.Resource("i-0123456789abcdef0"), s.Resource("i-0123456789abcdef1")
	for id, of := range map[string]quarantine.Resource{"req-1": about, "req-2": about, "req-3": another} {
		r := quarantine.ApprovalRequest{
			ID: id, Purpose: quarantine.PurposeIsolate, Incident: "inc-1", Resource: of, Status: quarantine.RequestPending,
			Execution: quarantine.Execution{ID: "arn:aws:states:eu-west-1:111122223333:execution:quarantine:e", Name: "e"},
			AskedAt:   s.Clock().Now(), ExpiresAt: s.Clock().Now().Add(time.Hour),
		}
		if _, err := s.Ledger.Ask(t.Context(), r, tasks.Begin(t)); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	style := terminal.NewStyle(&out)
	r := &responder{
		s: streams{in: strings.NewReader("yes\n"), out: &out, err: &out}, st: style,
		aws: &clients{identity: caller}, at: &onCall{ledger: s.Ledger}, answers: map[quarantine.Resource]quarantine.Decision{},
		decider: &approval.Decider{Approvals: s.Ledger, Tasks: sfn.New(tasks), Clock: s.Clock(), Log: slog.New(slog.DiscardHandler)},
	}
	here := personHere{responderScreen{r, story.New(&out, style)}}
	return r, about, func(id string) quarantine.ApprovalRequest {
		t.Helper()
		m := quarantine.Message{Kind: quarantine.KindApprovalAsked, Subject: "a question", Text: "whom it hits", Ask: &quarantine.MessageAsk{RequestID: id}}
		if err := here.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		q, err := s.Ledger.Request(t.Context(), id)
		if err != nil || q.Decision == nil || !q.Delivered {
			t.Fatalf("%+v: %v", q, err)
		}
		return q
	}
}

// An answer was given to what the plan said: a question of later says something else.
func TestAnAnswerThatWasGivenIsGoodForOneQuestion(t *testing.T) {
	t.Parallel()
	r, about, send := asking(t)
	r.answers[about] = r.word(true, "it mines")
	d := send("req-1").Decision
	if !d.Approve || d.By != caller || d.Via != "cli" || d.Reason != "it mines" || d.At.IsZero() {
		t.Errorf("%+v", d)
	}
	if again := send("req-2").Decision; again.Approve || again.Reason == "it mines" {
		t.Errorf("the second question has the answer to the first: %+v", again)
	}
}

// Nothing waits for a word that cannot come, and what is no terminal does not say yes.
func TestAQuestionThatNobodyCouldExpectIsNoWithoutATerminal(t *testing.T) {
	t.Parallel()
	r, _, send := asking(t)
	r.Approve, r.Yes = true, true // said before, of the plan
	q := send("req-1")
	if d := q.Decision; q.Status != quarantine.RequestDenied || d.By != caller || !strings.Contains(d.Reason, "nobody was at a terminal") {
		t.Errorf("%+v", q)
	}
	if text := r.s.out.(*bytes.Buffer).String(); !strings.Contains(text, "whom it hits") {
		t.Errorf("the question was not shown: %s", text)
	}
}
