package slackactions_test

import (
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func TestAPressAboutAKeyIsAnsweredInItsWords(t *testing.T) {
	t.Parallel()
	tm := newTeam(t, nil)
	now := time.Now()
	r := quarantine.ApprovalRequest{
		ID: "req-0123456789abcdef0123", Purpose: quarantine.PurposeIsolate, Incident: "inc-2",
		Resource: quarantine.Resource{Kind: quarantine.KindAccessKey, ID: "AKIAIOSFODNN7EXAMPLE"},
		AskedAt:  now, ExpiresAt: now.Add(time.Hour), Status: quarantine.RequestPending,
	}
	if _, err := tm.ledger.Ask(t.Context(), r, tm.tasks.Begin(t)); err != nil {
		t.Fatal(err)
	}
	tm.send(t, tm.press("U2CERLKJA", "approve", r.ID), now, "")
	tm.wantSaid(t, true, "*Approved*: making access key AKIAIOSFODNN7EXAMPLE inactive (incident inc-2). <@U2CERLKJA> decided.")
}
