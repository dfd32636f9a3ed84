package account_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	lab "github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/preflight"
)

func TestTargetsAreOfTheInstanceOnWhichMostCanBeTried(t *testing.T) {
	t.Parallel()
	w := healthy(t)
	// It comes before the other in every list, and has neither a profile nor a volume.
	w.AddInstance(lab.Instance{ID: "i-00000000000000001", Interfaces: []lab.Interface{{Subnet: w.subnet, PrivateIP: "10.0.1.20"}}})
	rich := w.AddInstance(lab.Instance{
		Profile: w.ProfileARN("web"), Volumes: []lab.Volume{{}}, Interfaces: []lab.Interface{{Subnet: w.subnet, PrivateIP: "10.0.1.21"}},
	})
	w.AddGroup(lab.ScalingGroup{Name: "workers"})
	got, _ := w.read(t)
	if got.Instance != rich || got.VPC != w.vpc || got.Subnet != w.subnet || got.Role != "web" || got.User != "alice" || got.Group != "workers" {
		t.Errorf("%+v", got)
	}
	for name, id := range map[string]string{"association": got.Association, "ACL": got.NetworkACL, "interface": got.Interface, "group": got.SecurityGroup, "volume": got.Volume} {
		if id == "" {
			t.Errorf("there is no %s: %+v", name, got)
		}
	}
	if got.Snapshot != "" {
		t.Errorf("the account has no snapshot of this product's, and got %s", got.Snapshot)
	}
}

func TestTargetsAreOfTheVPCsThatWereNamed(t *testing.T) {
	t.Parallel()
	w := healthy(t)
	vpc := w.AddVPC(lab.VPC{CIDRs: []string{"10.9.0.0/16"}})
	subnet := w.AddSubnet(lab.Subnet{VPC: vpc, CIDR: "10.9.1.0/24"})
	got, checks, err := w.Read(t.Context(), []string{vpc})
	if err != nil || got.VPC != vpc || got.Subnet != subnet || got.Association == "" || got.Instance != "" {
		t.Errorf("%+v, %v", got, err)
	}
	for _, c := range checks {
		if c.Subject == w.vpc {
			t.Errorf("nobody asked about %s: %+v", w.vpc, c)
		}
	}
}

// What is not there cannot be tried, and what cannot be read is not guessed.
func TestWhereThereIsNothingThereAreNoTargets(t *testing.T) {
	t.Parallel()
	w := healthy(t)
	for _, operation := range []string{"DescribeInstances", "DescribeAutoScalingGroups", "GetAccountAuthorizationDetails", "DescribeSnapshots"} {
		w.Inject(lab.Fault{Operation: operation, Kind: lab.Deny})
	}
	got, _ := w.read(t)
	if diff := cmp.Diff(preflight.Targets{Account: w.ID(), Region: "eu-west-1"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestWithoutAStackWhatOnlyAStackHasIsLeftOut(t *testing.T) {
	t.Parallel()
	w := healthy(t)
	r := &w.Reader
	r.Stack.Name, r.Rules, r.Queues, r.Topics, r.Metrics, r.Pages = "", nil, nil, nil, nil, nil
	_, checks := w.read(t)
	if len(checks) < 8 || preflight.Worst(checks) != preflight.Green {
		t.Errorf("%d checks, %s", len(checks), preflight.Worst(checks))
	}
	for _, c := range checks {
		if c.Part == preflight.News || c.Part == preflight.Approval {
			t.Errorf("%+v", c)
		}
	}
}
