package securitygroup_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// held is a house whose instance is held for long enough that reads are of after it, and the
// claim.
func held(t *testing.T) (*house, quarantine.Claim) {
	t.Helper()
	h := newHouse()
	c := h.Incident(t, 1, h.instance)
	h.Apply(t, h, c)
	h.Pass(time.Hour)
	return h, c
}

// stands says how each interface stands, by its id.
func (h *house) stands(t *testing.T, c quarantine.Claim) map[string]measure.Deviation {
	t.Helper()
	in, err := h.Ledger.Incident(t.Context(), c.Incident)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]measure.Deviation{}
	for _, hold := range in.HeldAndLeft() {
		if out[hold.Thing], err = measure.Deviates(t.Context(), h.Measure, hold, h.Clock().Now()); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func TestAGroupThatStandsWithoutRulesIsSound(t *testing.T) {
	t.Parallel()
	h, c := held(t)
	for id, s := range h.stands(t, c) {
		if s.Kind != "" || s.What != "" || s.Busy != "" {
			t.Errorf("%s stands as %+v", id, s)
		}
	}
}

func TestRulesInTheGroupOpenEveryInterfaceThatHasItAndAreRevoked(t *testing.T) {
	t.Parallel()
	for rule, open := range map[string]func(h *house, group string){
		"ingress tcp 22 10.0.0.0/8": func(h *house, group string) {
			h.AllowIn(group, account.Rule{Protocol: "tcp", From: 22, To: 22, Source: "10.0.0.0/8"})
		},
		"ingress all all ::/0":     func(h *house, group string) { h.AllowIn(group, account.Rule{Source: "::/0"}) },
		"egress all all 0.0.0.0/0": func(h *house, group string) { h.OpenGroup(group) },
	} {
		h, c := held(t)
		before, _ := h.quarantine(t, h.vpc)
		open(h, before.ID)
		for id, s := range h.stands(t, c) {
			if s.Kind != quarantine.DriftReopened || !strings.Contains(s.What, before.ID+" has rules") || !strings.Contains(s.What, rule) {
				t.Errorf("%s stands as %+v, and %s is open", id, s, rule)
			}
			if !slices.Contains(s.Marks, before.ID) || !slices.Contains(s.Marks, id) {
				t.Errorf("a call about %s and %s is not known by %v", before.ID, id, s.Marks)
			}
		}
		h.Apply(t, h, c)
		if g, _ := h.quarantine(t, h.vpc); g.ID != before.ID || len(g.Rules) > 0 {
			t.Errorf("after %s was put right the group is %+v", rule, g)
		}
	}
}

func TestRulesThatWereRevokedAndAreShownYetAreNotKnown(t *testing.T) {
	t.Parallel()
	h, c := held(t)
	g, _ := h.quarantine(t, h.vpc)
	looks := false
	h.Inject(account.Fault{Operation: "DescribeSecurityGroups", Kind: account.Stale, Behind: 1, Match: func(account.Call) bool { return looks }})
	h.AllowIn(g.ID, account.Rule{Source: "0.0.0.0/0"})
	h.Apply(t, h, c)
	looks = true
	for id, s := range h.stands(t, c) {
		if s.Kind != "" || s.Busy == "" {
			t.Errorf("%s stands as %+v, as a read of before shows", id, s)
		}
	}
}

func TestOtherGroupsAreAsTightIfNoneOfThemHasARule(t *testing.T) {
	t.Parallel()
	h, c := held(t)
	g, _ := h.quarantine(t, h.vpc)
	shut, closed := h.AddSecurityGroup(account.SecurityGroup{VPC: h.vpc}), h.AddSecurityGroup(account.SecurityGroup{VPC: h.vpc})
	eni := h.interfaceIDs(t)[0]
	for _, tt := range []struct {
		groups []string
		want   quarantine.DriftKind
	}{
		{[]string{shut}, quarantine.DriftOtherwise},
		{[]string{shut, closed}, quarantine.DriftOtherwise},
		{[]string{g.ID, shut}, quarantine.DriftOtherwise},
		{[]string{h.web}, quarantine.DriftReopened},
		{[]string{shut, h.web}, quarantine.DriftReopened},
		{[]string{h.web, g.ID}, quarantine.DriftReopened},
	} {
		h.set(t, eni, tt.groups...)
		if s := h.stands(t, c)[eni]; s.Kind != tt.want || !strings.Contains(s.What, tt.groups[0]) {
			t.Errorf("with %v it stands as %+v, want %s", tt.groups, s, tt.want)
		}
	}
}

func TestAGroupThatIsNotShownIsNotKnownToBeTight(t *testing.T) {
	t.Parallel()
	h, c := held(t)
	eni := h.interfaceIDs(t)[0]
	h.set(t, eni, h.AddSecurityGroup(account.SecurityGroup{VPC: h.vpc}))
	h.Inject(account.Fault{Operation: "DescribeSecurityGroups", Kind: account.Code, Code: "InvalidGroup.NotFound", Times: 1})
	if s := h.stands(t, c)[eni]; s.Kind != quarantine.DriftReopened {
		t.Errorf("it stands as %+v", s)
	}
}

func TestRulesThatCannotBeReadAreNoAnswer(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(h *house, eni string){
		"as it was put":     func(*house, string) {},
		"with other groups": func(h *house, eni string) { h.set(t, eni, h.web) },
	} {
		h, c := held(t)
		change(h, h.interfaceIDs(t)[0])
		in, err := h.Ledger.Incident(t.Context(), c.Incident)
		if err != nil {
			t.Fatal(err)
		}
		h.Inject(account.Fault{Operation: "DescribeSecurityGroups", Kind: account.Deny})
		for _, hold := range in.HeldAndLeft() {
			_, err := measure.Deviates(t.Context(), h.Measure, hold, h.Clock().Now())
			if !quarantine.Is(err, quarantine.AccessDenied) {
				t.Errorf("%s, %s: %v", name, hold.Thing, err)
			}
		}
	}
}
