package isolate

import (
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// What must not or cannot be cut is named, and nothing is written anywhere.
func TestRefusals(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, instance string
		given          func(*world, *Request)
		want, says     string
		reads          bool
	}{
		{"no incident", "i-web", func(_ *world, in *Request) { in.Claim.Incident = "" }, quarantine.BadRequest, "claim", false},
		{"no owner", "i-web", func(_ *world, in *Request) { in.Claim.Owner = "" }, quarantine.BadRequest, "claim", false},
		{"no instance", "i-web", func(_ *world, in *Request) { in.Claim.Target.InstanceID = "" }, quarantine.BadRequest, "claim", false},
		{"no execution's ARN", "i-web", func(_ *world, in *Request) { in.Execution.ID = "run-1" }, quarantine.BadRequest, `"run-1"`, false},
		{"the ARN of something else", "i-web", func(_ *world, in *Request) {
			in.Execution.ID = "arn:aws:lambda:eu-central-1:111122223333:function:isolate"
		},
			quarantine.BadRequest, "function:isolate", false},
		{"another account", "i-web", func(_ *world, in *Request) { in.Claim.Target.AccountID = "999900001111" },
			quarantine.InstanceInAnotherAccount, "i-web is in account 999900001111 and this system runs in 111122223333", false},
		{"another region", "i-web", func(_ *world, in *Request) { in.Claim.Target.Region = "us-east-1" },
			quarantine.InstanceInAnotherRegion, "i-web is in us-east-1 and this system runs in eu-central-1", false},
		{"shared from another account", "i-web", func(w *world, _ *Request) {
			w.change("i-web", func(i *quarantine.Instance) { i.AccountID = "999900001111" })
		},
			quarantine.InstanceInAnotherAccount, "belongs to account 999900001111", true},
		{"gone", "i-ghost", func(*world, *Request) {}, quarantine.InstanceGone, "i-ghost", true},
		{"no interface", "i-bare", func(*world, *Request) {}, quarantine.NoSubnet, "i-bare is running", true},
		{"the account is exempt", "i-web", func(_ *world, in *Request) { in.Exempt.Accounts = []string{account} },
			quarantine.InstanceExempt, "account " + account, true},
		{"one of its VPCs is exempt, unknown to the finding", "i-wide", func(_ *world, in *Request) { in.Exempt.VPCs = []string{"vpc-2"} },
			quarantine.InstanceExempt, "VPC vpc-2", true},
		{"one of its subnets is exempt, unknown to the finding", "i-pair", func(_ *world, in *Request) { in.Exempt.Subnets = []string{"subnet-c"} },
			quarantine.InstanceExempt, "subnet subnet-c", true},
		{"a tag that the finding does not show exempts it", "i-web", func(w *world, in *Request) {
			in.Exempt.Tags = map[string]string{"quarantine": "never"}
			w.change("i-web", func(i *quarantine.Instance) { i.Tags = map[string]string{"quarantine": "never"} })
		}, quarantine.InstanceExempt, "tag quarantine=never", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w, in := newWorld(t), request(c.instance)
			c.given(w, &in)
			before := w.state()
			done, err := w.handle(t, in)
			wantName(t, err, c.want)
			if err != nil && !strings.Contains(err.Error(), c.says) {
				t.Errorf("%q does not say %q", err, c.says)
			}
			same(t, "what is claimed", quarantine.Containment{}, done)
			same(t, "what is left behind", before, w.state())
			var calls []string
			if c.reads {
				calls = []string{"1 Instance " + c.instance, "1 NetworkACLs vpc-1"}
			}
			same(t, "calls", calls, w.rounds(0))
		})
	}
}

// A finding can hold what the exemptions name without the instance being exempt any more.
func TestOnlyTheLiveInstanceIsAskedForExemptions(t *testing.T) {
	t.Parallel()
	w, in := newWorld(t), request("i-web")
	in.Exempt = quarantine.Exemptions{Subnets: []string{"subnet-old"}, Tags: map[string]string{"quarantine": "*"}}
	in.Finding.Instances[1].Interfaces[0].SubnetID = "subnet-old"
	in.Finding.Instances[1].Tags = map[string]string{"quarantine": "never"}
	if _, err := w.handle(t, in); err != nil {
		t.Fatal(err)
	}
	same(t, "the ACL on subnet-a", "acl-vpc-1-q1", w.under()["subnet-a"])
}

// change changes an instance as EC2 shows it.
func (w *world) change(id string, how func(*quarantine.Instance)) {
	i := w.instances[id]
	how(&i)
	w.instances[id] = i
}
