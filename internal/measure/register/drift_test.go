package register_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// I5: nothing is said to be closed that the last look found open.
func TestI5WhatTheLastLookFoundOpenIsNotCalledClosed(t *testing.T) {
	t.Parallel()
	minute := func(at time.Time) string { return at.Format("15:04") }
	drift := quarantine.Drift{Kind: quarantine.DriftReopened, What: "is under acl-9", LastAt: noon.Add(time.Hour)}
	left := drift
	left.By, left.LeftAt, left.LeftBy, left.LeftReason, left.Failed = "terraform", noon, "kim", "rebuilt", "Contended: it changed"
	tight, later := drift, drift
	tight.Kind, later.Kind, later.What = quarantine.DriftOtherwise, quarantine.DriftUncovered, "interface eni-9 is in it"
	unverified := drift
	unverified.Kind = quarantine.DriftUnverified
	for name, c := range map[string]struct {
		drift  quarantine.Drift
		spoil  func(h *quarantine.Hold)
		want   string
		closed bool
	}{
		"opened":     {drift: drift, want: "OPEN as of 13:00: is under acl-9"},
		"and left":   {drift: left, want: "OPEN as of 13:00: is under acl-9; done by terraform; putting it right failed (Contended); left so by kim: rebuilt"},
		"as tightly": {drift: tight, want: "CLOSED BY ANOTHER HAND as of 13:00: is under acl-9", closed: true},
		"not held":   {drift: later, spoil: func(h *quarantine.Hold) { h.Holders, h.Parts = nil, nil }, want: "NOT HELD as of 13:00: interface eni-9 is in it"},
		"not read":   {drift: unverified, spoil: func(h *quarantine.Hold) { h.VerifiedAt = time.Time{} }, want: "NOT KNOWN whether it is cut off: no read-back is on record"},
		"releasing":  {drift: drift, spoil: func(h *quarantine.Hold) { h.Releasing = "inc-1" }, want: "BEING RELEASED, and not known whether it is cut off"},
		"let go":     {drift: drift, spoil: func(h *quarantine.Hold) { h.Outcome = quarantine.Drifted }, want: "LEFT ALONE: somebody has changed it since"},
	} {
		h := closed("network-acl", "subnet-1")
		if c.spoil != nil {
			c.spoil(&h)
		}
		h.Drift = &c.drift
		if s := register.Cut().Standing(h, "inc-1", minute); s.State != c.want {
			t.Errorf("%s: %q, not %q", name, s.State, c.want)
		}
		border := slices.ContainsFunc(register.StaysOpen([]quarantine.Hold{h}), func(text string) bool { return strings.HasPrefix(text, "Everything that crosses") })
		if border == c.closed {
			t.Errorf("%s: that the border is open is said: %v", name, border)
		}
	}
}

// By hand, the association that is on record is of no use where somebody has replaced it.
func TestWhatWasOpenedIsClosedByHandByTheAssociationThatIsThere(t *testing.T) {
	t.Parallel()
	h := quarantine.Quarantine{VPCID: "vpc-1", SubnetID: "subnet-1", BeforeVersion: "aclassoc-old", After: "acl-q", AfterVersion: "aclassoc-cut",
		VerifiedAt: noon, Holders: []string{"inc-1"}}.Hold()
	h.Drift = &quarantine.Drift{Kind: quarantine.DriftReopened}
	var words []string
	for _, s := range register.Cut().ByHand(host, []quarantine.Hold{h}) {
		words = append(words, s.Command...)
	}
	if text := strings.Join(words, " "); strings.Contains(text, "aclassoc-") || !strings.Contains(text, "--association-id ASSOCIATION --network-acl-id ACL") {
		t.Error(text)
	}
}
