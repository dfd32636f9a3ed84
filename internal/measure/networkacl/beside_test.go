package networkacl_test

import (
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/estate"
	"github.com/ec2-quarantine/quarantine/internal/measure/networkacl"
)

func TestWhatACutDoesBesideIsSaid(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		is                account.Interface
		stopped           bool
		beside, uncovered string
	}{
		"an ordinary instance": {},
		"a NAT instance": {is: account.Interface{Forwards: true},
			beside: "passes on traffic of others (the source/destination check is off on eni-1)"},
		"a stopped instance": {stopped: true, beside: "it is stopped"},
		"a node with a trunk": {is: account.Interface{Type: "trunk"},
			uncovered: "eni-1 carries branch interfaces, of pods with security groups of their own or of tasks of ECS"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := estate.New(t, estate.Options{})
			c.is.ID, c.is.Subnet, c.is.PrivateIP = e.ID("eni-1"), e.ID("subnet-a"), "10.0.0.11"
			e.AddInstance(account.Instance{ID: e.ID("i-new"), Interfaces: []account.Interface{c.is}})
			if c.stopped {
				e.Stop(e.ID("i-new"))
			}
			live, err := e.Fleet.Instance(t.Context(), e.Resource("i-new"))
			if err != nil {
				t.Fatal(err)
			}
			live = estate.Named(e, live)
			says(t, "beside", networkacl.Beside(live), c.beside)
			says(t, "uncovered", networkacl.Uncovered(live), c.uncovered)
		})
	}
}

// says wants one text that has the words, or none.
func says(t *testing.T, what string, got []string, want string) {
	t.Helper()
	if want == "" && len(got) > 0 || want != "" && (len(got) != 1 || !strings.Contains(got[0], want)) {
		t.Errorf("%s: %q, want %q", what, got, want)
	}
}

func TestAPlanNamesTheOwnerOfASharedNetwork(t *testing.T) {
	t.Parallel()
	e := estate.New(t, estate.Options{})
	e.ShareFrom("999900001111", e.ID("vpc-1"))
	r := e.Resource("i-web")
	live, err := e.Fleet.Instance(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := networkacl.Planned(t.Context(), e.Fleet, r, live)
	if err != nil {
		t.Fatal(err)
	}
	got := estate.Named(e, lines)
	says(t, "the plan", got, "subnet-a in vpc-1: the network belongs to account 999900001111, which shares it. Its owner must cut: acl-main stays there")
}
