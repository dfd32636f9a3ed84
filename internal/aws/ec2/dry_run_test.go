package ec2_test

import (
	"context"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Everything that the adapter can change, in an account that would carry it out.
func TestUnderADryRunEveryChangeIsAskedAboutAndNoneIsMade(t *testing.T) {
	t.Parallel()
	a := account.New(account.Options{})
	vpc := a.AddVPC(account.VPC{})
	subnet := a.AddSubnet(account.Subnet{VPC: vpc, CIDR: "10.0.1.0/24"})
	id := a.AddInstance(account.Instance{Interfaces: []account.Interface{{Subnet: subnet, PrivateIP: "10.0.1.10"}}, Volumes: []account.Volume{{GiB: 8}}})
	c, r := ec2.New(a.EC2()), quarantine.Resource{Kind: quarantine.KindInstance, AccountID: a.ID(), Region: a.Region(), ID: id}
	acls, err := c.NetworkACLs(t.Context(), r, vpc)
	if err != nil {
		t.Fatal(err)
	}
	acl, tags := acls[0], map[string]string{"k": "v"}
	interfaces, err := c.NetworkInterfaces(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	instance, err := c.Instance(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(context.Context) error{
		"CreateNetworkACL": func(ctx context.Context) error {
			_, err := c.CreateNetworkACL(ctx, r, vpc, "token", tags)
			return err
		},
		"ReplaceAssociation": func(ctx context.Context) error {
			_, err := c.ReplaceAssociation(ctx, r, acl.Associations[0].ID, acl.ID)
			return err
		},
		"TagNetworkACL":    func(ctx context.Context) error { return c.TagNetworkACL(ctx, r, acl.ID, tags) },
		"UntagNetworkACL":  func(ctx context.Context) error { return c.UntagNetworkACL(ctx, r, acl.ID, []string{"k"}) },
		"DeleteNetworkACL": func(ctx context.Context) error { return c.DeleteNetworkACL(ctx, r, acl.ID) },
		"CreateSnapshots": func(ctx context.Context) error {
			_, err := c.CreateSnapshots(ctx, r, "evidence", tags)
			return err
		},
		"TagSnapshot":  func(ctx context.Context) error { return c.TagSnapshot(ctx, r, "snap-0123456789abcdef0", tags) },
		"LockSnapshot": func(ctx context.Context) error { return c.LockSnapshot(ctx, r, "snap-0123456789abcdef0", 1) },
		"CreateSecurityGroup": func(ctx context.Context) error {
			_, err := c.CreateSecurityGroup(ctx, r, vpc, "quarantine", "denies", tags)
			return err
		},
		"RevokeRules": func(ctx context.Context) error { return c.RevokeRules(ctx, r, interfaces[0].SecurityGroups[0]) },
		"RevokeEgress": func(ctx context.Context) error {
			_, err := c.RevokeEgress(ctx, r, interfaces[0].SecurityGroups[0])
			return err
		},
		"DeleteSecurityGroup": func(ctx context.Context) error { return c.DeleteSecurityGroup(ctx, r, interfaces[0].SecurityGroups[0]) },
		"SetGroups": func(ctx context.Context) error {
			return c.SetGroups(ctx, r, interfaces[0].ID, interfaces[0].SecurityGroups)
		},
		"SetMetadataEndpoint": func(ctx context.Context) error { return c.SetMetadataEndpoint(ctx, r, "disabled") },
		"SetTermination":      func(ctx context.Context) error { return c.SetTermination(ctx, r, true) },
		"SetStop":             func(ctx context.Context) error { return c.SetStop(ctx, r, true) },
		"SetShutdown":         func(ctx context.Context) error { return c.SetShutdown(ctx, r, "terminate") },
		"SetDeleteOnTermination": func(ctx context.Context) error {
			return c.SetDeleteOnTermination(ctx, r, instance.Volumes[0].Device, false)
		},
		"Terminate": func(ctx context.Context) error { return c.Terminate(ctx, r) },
	} {
		if err := change(quarantine.DryRun(t.Context())); !quarantine.Is(err, quarantine.DryRunOperation) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, call := range a.Calls() {
		if call.Mutating && call.Applied {
			t.Errorf("%s was carried out", call.Operation)
		}
	}
}
