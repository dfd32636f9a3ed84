package keysessions_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/keysessions"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Whom it hits besides, and what it does not reach, is said.
func TestWhomItHitsAndWhatItLeavesOpenIsSaid(t *testing.T) {
	t.Parallel()
	info := keysessions.Info()
	for _, what := range []string{"other keys", "console", "what is signed with a key itself is not"} {
		if !strings.Contains(info.Does, what) {
			t.Errorf("not a word about %q in: %s", what, info.Does)
		}
	}
	for _, what := range []string{"minutes", "role chaining"} {
		if !strings.Contains(info.Leaves[0].Text, what) {
			t.Errorf("not a word about %q in: %s", what, info.Leaves[0].Text)
		}
	}
	if info.On || info.Kind != quarantine.KindAccessKey || info.Group != measure.Identity {
		t.Errorf("it is %+v", info)
	}
}

func TestByHandTheSamePolicyIsPutAndDeleted(t *testing.T) {
	t.Parallel()
	o := newOffice()
	c := o.claim(t, 1, o.key)
	o.Apply(t, o, c)
	in, err := o.Ledger.Incident(t.Context(), c.Incident)
	if err != nil {
		t.Fatal(err)
	}
	held, info := in.HoldsOf("key-sessions"), keysessions.Info()
	on := []string{"--user-name", "alice", "--policy-name", name(o.key)}
	for what, of := range map[string]struct {
		steps []measure.Step
		want  []string
	}{
		"put":    {info.ByHand(c.Resource, held), slices.Concat([]string{"iam", "put-user-policy"}, on, []string{"--policy-document", document})},
		"look":   {info.LookByHand(c.Resource, held), slices.Concat([]string{"iam", "get-user-policy"}, on)},
		"delete": {info.UndoByHand(held), slices.Concat([]string{"iam", "delete-user-policy"}, on)},
	} {
		if len(of.steps) != 2 || !slices.Equal(of.steps[1].Command, of.want) {
			t.Errorf("%s: the steps are %v", what, of.steps)
		}
	}
	unknown := info.ByHand(c.Resource, nil)
	if !slices.Contains(unknown[1].Command, o.key) || !slices.Contains(unknown[2].Command, "USER") || !slices.Contains(unknown[2].Command, name(o.key)) {
		t.Errorf("of a user who is not known the steps are %v", unknown)
	}
	if steps := info.UndoByHand([]quarantine.Hold{{Thing: "alice/AIDA/AKIA"}}); len(steps) > 0 {
		t.Errorf("nothing was put, and the steps are %v", steps)
	}
}
