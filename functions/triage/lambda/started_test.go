package main

import (
	"context"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/boundary"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// held is a policy that judges, and why it is not known to be the newest one.
type held triage.InForce

func (h held) Current(context.Context) (triage.InForce, error) { return triage.InForce(h), nil }

func (h held) Newest(ctx context.Context) (triage.InForce, error) { return h.Current(ctx) }

// What could not be read for now is not known, and what does not parse is red.
func TestAPreflightSaysWhyANewerPolicyDoesNotJudge(t *testing.T) {
	t.Parallel()
	for failure, want := range map[string]string{"": `"state":"green"`, quarantine.Throttled: `"state":"not known"`, quarantine.BadPolicy: `"state":"red"`} {
		now, note := held{Version: 2, Failure: failure}, ""
		if failure != "" {
			note = "version 2 of the policy judged"
		}
		now.Note = note
		c := config{PolicyParameter: "/policy"}
		f := boundary.Preflight{Function: "triage", Started: func(ctx context.Context) (string, error) { return c.started(ctx, now) }}.Beside(nil)
		got, err := f(t.Context(), []byte(`{"preflight":{}}`))
		if err != nil || !strings.Contains(string(got), want) || !strings.Contains(string(got), note) {
			t.Errorf("%s: %s, %v", failure, got, err)
		}
	}
}
