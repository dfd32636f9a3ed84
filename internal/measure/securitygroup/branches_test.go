package securitygroup_test

import (
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
)

// EC2 ties no branch to its trunk; the controller of EKS does, by a tag.
func TestTheSubnetsOfBranchesAreNamedAsFarAsTheirTagsTell(t *testing.T) {
	t.Parallel()
	h := newHouse(account.Interface{}, account.Interface{Type: "trunk"})
	claim, trunk := h.Incident(t, 1, h.instance), h.interfaceIDs(t)[1]
	left := func() string {
		t.Helper()
		done := h.Apply(t, h, claim)
		if len(done.Left) != 1 || !strings.Contains(done.Left[0], trunk) {
			t.Fatalf("left: %q", done.Left)
		}
		return done.Left[0]
	}
	if got := left(); !strings.Contains(got, "no interface is tagged as a branch of it, so which subnets those are in is not known") {
		t.Errorf("without a branch: %s", got)
	}
	pods := h.AddSubnet(account.Subnet{VPC: h.vpc, CIDR: "10.0.2.0/24"})
	for n, subnet := range []string{pods, h.subnet, pods} {
		h.AddInterface(account.Interface{Subnet: subnet, PrivateIP: "10.0.2.2" + string(rune('0'+n)), Type: "branch",
			Tags: map[string]string{"vpcresources.k8s.aws/trunk-eni-id": trunk}})
	}
	h.AddInterface(account.Interface{Subnet: pods, PrivateIP: "10.0.2.29", Type: "branch",
		Tags: map[string]string{"vpcresources.k8s.aws/trunk-eni-id": "eni-0123456789abcdef0"}}) // another node's
	got := left()
	for _, want := range []string{"by their tags 3 are in ", h.subnet, pods + " (none of the instance's, so not cut off with it)"} {
		if !strings.Contains(got, want) {
			t.Errorf("left is %q, and lacks %q", got, want)
		}
	}
	if strings.Contains(got, h.subnet+" (none") {
		t.Errorf("its own subnet is taken for another: %s", got)
	}
}
