package network_test

import (
	"encoding/json"
	"testing"

	"github.com/ec2-quarantine/quarantine/functions/measures/network"
	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/boundary"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/preflight"
)

// A group has rules in and rules out, and a role may be allowed to revoke the ones and not the others.
func TestWhatIsSaidOfRulesOutIsOfRulesOutAlone(t *testing.T) {
	t.Parallel()
	for denied, want := range map[string]preflight.State{
		"RevokeSecurityGroupEgress": preflight.Red, "RevokeSecurityGroupIngress": preflight.Green, "": preflight.Green,
	} {
		a := account.New(account.Options{})
		vpc := a.AddVPC(account.VPC{})
		group := a.AddSecurityGroup(account.SecurityGroup{VPC: vpc})
		a.OpenGroup(group)
		if denied != "" {
			a.Inject(account.Fault{Operation: denied, Kind: account.Deny})
		}
		f := boundary.Preflight{Function: "measures-network", Trials: func(t preflight.Targets) []preflight.Trial {
			return network.Trials(ec2.New(a.EC2()), t)
		}}.Beside(nil)
		text, err := json.Marshal(map[string]preflight.Request{"preflight": {Targets: preflight.Targets{Account: a.ID(), Region: a.Region(), VPC: vpc, SecurityGroup: group}}})
		if err != nil {
			t.Fatal(err)
		}
		var said preflight.Answer
		if text, err = f(t.Context(), text); err != nil || json.Unmarshal(text, &said) != nil {
			t.Fatalf("%s, %v", text, err)
		}
		seen := false
		for _, c := range said.Checks {
			if c.Subject == preflight.PowerOf("measures-network", "ec2:RevokeSecurityGroupEgress") {
				seen = true
				if c.State != want {
					t.Errorf("%q is denied: rules out are %s: %s", denied, c.State, c.Found)
				}
			}
		}
		if !seen {
			t.Error("rules out are not tried")
		}
	}
}
