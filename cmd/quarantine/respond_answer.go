package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/local/plan"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// ask has the plan confirmed and, where the policy asks a person before something is cut, that
// answered. Nothing is changed before.
func (r *responder) ask(p plan.Plan) error {
	r.answers = map[quarantine.Resource]quarantine.Decision{}
	for _, one := range p.Asked() {
		yes, err := r.answer(one.Resource)
		if err != nil {
			return err
		}
		r.answers[one.Resource] = r.word(yes, string(r.Reason))
	}
	if len(r.answers) > 0 && !p.Unasked() {
		return nil // the plan is nothing but what was answered
	}
	return confirm(r.s, r.Yes, "use --yes to go on without a question, or --dry-run to stop here")
}

// answer is whether a resource is to be cut. Errors: usage where nobody is there, and for any other
// answer than yes or no.
func (r *responder) answer(t quarantine.Resource) (bool, error) {
	if r.Approve {
		return true, nil
	}
	typed, err := ask(r.s, fmt.Sprintf("\nIs %s to be cut? Type yes or no; either goes on record: ", t.ID),
		"the policy asks a person before "+t.ID+" is cut: run this at a terminal, or answer with --approve --reason TEXT (--yes does not)")
	switch {
	case err != nil:
		return false, err
	case strings.EqualFold(typed, "yes"):
		return true, nil
	case strings.EqualFold(typed, "no"):
		return false, nil
	}
	return false, usage("neither yes nor no: nothing was changed")
}

// word is a decision of whoever runs this.
func (r *responder) word(approve bool, reason string) quarantine.Decision {
	return quarantine.Decision{Approve: approve, By: r.aws.identity, Via: "cli", Reason: reason}
}

// personHere is the channel of the definition's questions: they are for the person who types.
type personHere struct{ responderScreen }

// Send answers a question with the word that was given before anything was changed. One that nobody
// could expect then, as the account has changed since, is asked now.
func (t personHere) Send(ctx context.Context, m quarantine.Message) error {
	if m.Ask == nil {
		return t.responderScreen.Send(ctx, m)
	}
	q, err := t.r.at.ledger.Request(ctx, m.Ask.RequestID)
	if err != nil {
		return err
	}
	word, given := t.r.given(q.Resource)
	if given {
		t.noted(m)
	} else if word, err = t.now(ctx, q, m); err != nil {
		return err
	}
	_, err = t.r.decider.Decide(ctx, q.ID, word)
	return err
}

// given is the answer about a resource; it is good for one question.
func (r *responder) given(t quarantine.Resource) (quarantine.Decision, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	word, given := r.answers[t]
	delete(r.answers, t)
	return word, given
}

// now asks while the execution waits. Without an answer it is no: nobody else is asked, and nothing
// waits for a word that cannot come. The executions of several instances go on side by side, and their
// questions come one by one: an answer is to the question above it.
func (t personHere) now(ctx context.Context, q quarantine.ApprovalRequest, m quarantine.Message) (quarantine.Decision, error) {
	t.r.asking.Lock()
	defer t.r.asking.Unlock()
	if err := t.responderScreen.Send(ctx, m); err != nil {
		return quarantine.Decision{}, err
	}
	typed, err := ask(t.r.s, fmt.Sprintf("\nIs %s to be cut? Type yes, or it stays as it is: ", q.Resource.ID), "")
	if err != nil {
		return t.r.word(false, "respond asked, and nobody was at a terminal to answer"), nil //nolint:nilerr // silence is an answer: no
	}
	return t.r.word(strings.EqualFold(typed, "yes"), string(t.r.Reason)), nil
}

// noted prints that a message was sent, without its text.
func (t personHere) noted(m quarantine.Message) {
	t.r.mu.Lock()
	defer t.r.mu.Unlock()
	t.r.messages = append(t.r.messages, t.notification(m))
	t.told.Message(time.Now(), "", t.Name(), m.Subject)
}
