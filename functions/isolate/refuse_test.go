package isolate_test

import (
	"testing"

	"github.com/ec2-quarantine/quarantine/functions/isolate"
	"github.com/ec2-quarantine/quarantine/internal/lab/estate"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// What must not or cannot be cut is named, and nothing is written anywhere.
func TestRefusals(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, instance string
		given          given
		want, says     string
		reads          bool
	}{
		{"no incident", "i-web", func(_ world, in *isolate.Request) { in.Claim.Incident = "" }, quarantine.BadRequest, "claim", false},
		{"no owner", "i-web", func(_ world, in *isolate.Request) { in.Claim.Owner = "" }, quarantine.BadRequest, "claim", false},
		{"no instance", "i-web", func(_ world, in *isolate.Request) { in.Claim.Resource.ID = "" }, quarantine.BadRequest, "claim", false},
		{"no execution's ARN", "i-web", func(_ world, in *isolate.Request) { in.Execution.ID = "run-1" }, quarantine.BadRequest, `"run-1"`, false},
		{"the ARN of something else", "i-web", func(_ world, in *isolate.Request) {
			in.Execution.ID = "arn:aws:lambda:eu-central-1:111122223333:function:isolate"
		},
			quarantine.BadRequest, "function:isolate", false},
		{"another account", "i-web", func(_ world, in *isolate.Request) { in.Claim.Resource.AccountID = "999900001111" },
			quarantine.InstanceInAnotherAccount, "i-web is in account 999900001111 and this system runs in 111122223333", false},
		{"another region", "i-web", func(_ world, in *isolate.Request) { in.Claim.Resource.Region = "us-east-1" },
			quarantine.InstanceInAnotherRegion, "i-web is in us-east-1 and this system runs in eu-central-1", false},
		{"no interface", "i-bare", func(world, *isolate.Request) {}, quarantine.NoSubnet, "i-bare is running", true},
		{"the account is exempt", "i-web", func(_ world, in *isolate.Request) { in.Exempt.Accounts = []string{estate.AccountID} },
			quarantine.InstanceExempt, "account " + estate.AccountID, true},
		{"one of its VPCs is exempt, unknown to the finding", "i-wide", func(w world, in *isolate.Request) { in.Exempt.VPCs = []string{w.ID("vpc-2")} },
			quarantine.InstanceExempt, "VPC vpc-2", true},
		{"one of its subnets is exempt, unknown to the finding", "i-pair", func(w world, in *isolate.Request) { in.Exempt.Subnets = []string{w.ID("subnet-c")} },
			quarantine.InstanceExempt, "subnet subnet-c", true},
		{"a tag that the finding does not show exempts it", "i-spared", func(_ world, in *isolate.Request) {
			in.Exempt.Tags = map[string]string{"quarantine": "never"}
		}, quarantine.InstanceExempt, "tag quarantine=never", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			in := w.Isolation(c.instance)
			c.given(w, &in)
			before := w.State()
			done, err := w.handle(in)
			estate.WantName(t, err, c.want)
			estate.WantSays(t, err, c.says)
			same(t, "what is claimed", quarantine.Containment{}, done)
			same(t, "what is left behind", before, w.State())
			var calls []string
			if c.reads {
				calls = []string{"DescribeInstances " + c.instance, "DescribeNetworkAcls vpc-1"}
			}
			same(t, "calls", calls, w.Texts(0))
		})
	}
}

// Its interfaces are in a shared subnet, and it belongs to somebody else.
func TestAnInstanceThatIsAnotherAccountsIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorldOf(t, estate.Options{AccountID: "999900001111"})
	before := w.State()
	_, err := w.handle(w.Isolation("i-web"))
	estate.WantName(t, err, quarantine.InstanceInAnotherAccount)
	estate.WantSays(t, err, "belongs to account 999900001111")
	same(t, "what is left behind", before, w.State())
}

// A finding can hold what the exemptions name without the instance being exempt any more.
func TestOnlyTheLiveInstanceIsAskedForExemptions(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.Isolation("i-web")
	in.Exempt = quarantine.Exemptions{Subnets: []string{"subnet-old"}, Tags: map[string]string{"quarantine": "*"}}
	in.Finding.Instances[1].Interfaces[0].SubnetID = "subnet-old"
	in.Finding.Instances[1].Tags = map[string]string{"quarantine": "never"}
	if _, err := w.handle(in); err != nil {
		t.Fatal(err)
	}
	same(t, "the ACL on subnet-a", "acl-q1", w.Under()["subnet-a"])
}
