package ec2_test

import (
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/accounttest"
)

// What others do to an ACL's rules counts for every subnet under it.
func TestOthersOpenAnACL(t *testing.T) {
	t.Parallel()
	of := accounttest.NewOffice(account.Options{Record: true})
	shut := of.AddACL(account.ACL{VPC: of.VPC})
	of.SwapACL(of.Front, shut)
	out := account.Packet{From: of.Web, To: of.DB, Port: 5432}
	if got := of.CanReach(out); got.Allowed {
		t.Errorf("an ACL without rules lets it pass: %s", got.Reason)
	}
	of.OpenACL(shut)
	of.OpenACL(shut) // changes nothing more
	if got := of.CanReach(out); !got.Allowed {
		t.Errorf("open, and not reached: %s", got.Reason)
	}
	all := of.Changes()
	if len(all) != 2 {
		t.Fatalf("%d changes, want the swap and the opening: %+v", len(all), all)
	}
	if c := all[1]; c.Call != 0 || c.Order != 2 || c.Subnet != of.Front || c.From.Allows != 0 || c.To.Allows != 2 || c.FromAssociation != c.ToAssociation {
		t.Errorf("recorded %+v", c)
	}
}
