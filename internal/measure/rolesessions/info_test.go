package rolesessions_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/rolesessions"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func TestWhatItLeavesOpenIsSaid(t *testing.T) {
	t.Parallel()
	open := strings.Join(measure.StaysOpen(quarantine.KindInstance, []measure.Info{rolesessions.Info()}), "\n")
	for _, what := range []string{"minutes", "role chaining", "services of AWS"} {
		if !strings.Contains(open, what) {
			t.Errorf("not a word about %s in:\n%s", what, open)
		}
	}
	if strings.Contains(open, "already issued") {
		t.Errorf("credentials are denied, and said to be open:\n%s", open)
	}
}

func TestByHandTheSamePolicyIsPutAndDeleted(t *testing.T) {
	t.Parallel()
	o := newOffice()
	c := o.Incident(t, 1, o.one)
	r := o.Resource(o.one)
	o.Apply(t, o, c)
	in, err := o.Ledger.Incident(t.Context(), c.Incident)
	if err != nil {
		t.Fatal(err)
	}
	held := in.HoldsOf("role-sessions")
	on := []string{"--role-name", "web", "--policy-name", name(o.one)}
	for what, of := range map[string]struct {
		steps []measure.Step
		want  []string
	}{
		"put":    {rolesessions.Info().ByHand(r, held), slices.Concat([]string{"iam", "put-role-policy"}, on, []string{"--policy-document", o.document(o.one)})},
		"look":   {rolesessions.Info().LookByHand(r, held), slices.Concat([]string{"iam", "get-role-policy"}, on)},
		"delete": {rolesessions.Info().UndoByHand(held), slices.Concat([]string{"iam", "delete-role-policy"}, on)},
	} {
		if len(of.steps) != 2 || !slices.Equal(of.steps[1].Command, of.want) {
			t.Errorf("%s: the steps are %v", what, of.steps)
		}
	}
	unknown := rolesessions.Info().ByHand(r, nil)
	if last := strings.Join(unknown[len(unknown)-1].Command, " "); !strings.Contains(last, "arn:*:ec2:eu-west-1:123456789012:instance/"+o.one) ||
		!strings.Contains(last, "ROLE_ID:"+o.one) || !strings.Contains(last, "--role-name ROLE ") {
		t.Errorf("of a role that is not known the steps are %v", unknown)
	}
	if steps := rolesessions.Info().UndoByHand([]quarantine.Hold{{Thing: "web/AROA/i-1"}}); len(steps) > 0 {
		t.Errorf("nothing was put, and the steps are %v", steps)
	}
}
