package ec2_test

import (
	"context"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// here is a resource of the account and Region that the client calls.
var here quarantine.Resource

func (w world) instance() quarantine.Resource { return quarantine.Resource{ID: w.env.Instance} }

// operations has one call of the adapter for each EC2 operation that it uses.
var operations = map[string]func(context.Context, world, *ec2.Client) error{
	"DescribeInstances": func(ctx context.Context, w world, c *ec2.Client) error {
		_, err := c.Instance(ctx, w.instance())
		return err
	},
	"DescribeNetworkAcls": func(ctx context.Context, w world, c *ec2.Client) error {
		_, err := c.NetworkACLs(ctx, here, w.env.VPCID)
		return err
	},
	"CreateNetworkAcl": func(ctx context.Context, w world, c *ec2.Client) error {
		_, err := c.CreateNetworkACL(ctx, here, w.env.VPCID, "token", map[string]string{"k": "v"})
		return err
	},
	"ReplaceNetworkAclAssociation": func(ctx context.Context, _ world, c *ec2.Client) error {
		_, err := c.ReplaceAssociation(ctx, here, "aclassoc-00000000", "acl-00000000")
		return err
	},
	"CreateTags": func(ctx context.Context, w world, c *ec2.Client) error {
		return c.TagNetworkACL(ctx, here, "acl-00000000", map[string]string{"k": "v"})
	},
	"DeleteNetworkAcl": func(ctx context.Context, _ world, c *ec2.Client) error {
		return c.DeleteNetworkACL(ctx, here, "acl-00000000")
	},
	"DeleteTags": func(ctx context.Context, _ world, c *ec2.Client) error {
		return c.UntagNetworkACL(ctx, here, "acl-00000000", []string{"k"})
	},
	"DescribeVolumes": func(ctx context.Context, w world, c *ec2.Client) error {
		_, err := c.Volumes(ctx, w.instance())
		return err
	},
	"DescribeSnapshots": func(ctx context.Context, _ world, c *ec2.Client) error {
		_, err := c.Snapshots(ctx, here, "k", "v")
		return err
	},
	"CreateSnapshots": func(ctx context.Context, w world, c *ec2.Client) error {
		_, err := c.CreateSnapshots(ctx, w.instance(), "", nil)
		return err
	},
	"DescribeSecurityGroups": func(ctx context.Context, _ world, c *ec2.Client) error {
		_, err := c.SecurityGroups(ctx, here, []string{"sg-00000000"})
		return err
	},
	"DescribeInstanceAttribute": func(ctx context.Context, w world, c *ec2.Client) error {
		_, err := c.Protection(ctx, w.resource())
		return err
	},
	"ModifyInstanceAttribute": func(ctx context.Context, w world, c *ec2.Client) error {
		return c.SetStop(ctx, w.resource(), true)
	},
	"ModifyInstanceMetadataOptions": func(ctx context.Context, w world, c *ec2.Client) error {
		return c.SetMetadataEndpoint(ctx, w.resource(), "disabled")
	},
	"DescribeNetworkInterfaces": func(ctx context.Context, w world, c *ec2.Client) error {
		_, err := c.NetworkInterfaces(ctx, w.resource())
		return err
	},
	"ModifyNetworkInterfaceAttribute": func(ctx context.Context, w world, c *ec2.Client) error {
		return c.SetGroups(ctx, w.resource(), "eni-00000000", []string{"sg-00000000"})
	},
	"CreateSecurityGroup": func(ctx context.Context, w world, c *ec2.Client) error {
		_, err := c.CreateSecurityGroup(ctx, w.resource(), w.env.VPCID, "shut", "no rules", map[string]string{"k": "v"})
		return err
	},
	"RevokeSecurityGroupEgress": func(ctx context.Context, w world, c *ec2.Client) error {
		return c.RevokeRules(ctx, w.resource(), w.open)
	},
	"RevokeSecurityGroupIngress": func(ctx context.Context, w world, c *ec2.Client) error {
		return c.RevokeRules(ctx, w.resource(), w.entered)
	},
	"DeleteSecurityGroup": func(ctx context.Context, w world, c *ec2.Client) error {
		return c.DeleteSecurityGroup(ctx, w.resource(), "sg-00000000")
	},
	"GetConsoleOutput": func(ctx context.Context, w world, c *ec2.Client) error {
		_, err := c.ConsoleOutput(ctx, w.instance())
		return err
	},
	"TerminateInstances": func(ctx context.Context, w world, c *ec2.Client) error {
		return c.Terminate(ctx, w.instance())
	},
	"LockSnapshot": func(ctx context.Context, _ world, c *ec2.Client) error {
		return c.LockSnapshot(ctx, here, "snap-00000000", 1)
	},
	"DescribeLockedSnapshots": func(ctx context.Context, _ world, c *ec2.Client) error {
		_, err := c.SnapshotLocks(ctx, here, []string{"snap-00000000"})
		return err
	},
	"GetConsoleScreenshot": func(ctx context.Context, w world, c *ec2.Client) error {
		_, err := c.ConsoleScreenshot(ctx, w.instance())
		return err
	},
}

func TestTheErrorsOfEveryOperationAreNamed(t *testing.T) {
	t.Parallel()
	faults := map[account.Kind]string{
		account.Deny:          quarantine.AccessDenied,
		account.Throttle:      quarantine.Throttled,
		account.ServerError:   quarantine.Unavailable,
		account.TimeoutBefore: quarantine.Unavailable,
	}
	for operation, call := range operations {
		for kind, name := range faults {
			w := newWorld()
			w.Inject(account.Fault{Operation: operation, Kind: kind})
			err := call(t.Context(), w, ec2.New(w.EC2()))
			if got := quarantine.NameOf(err); got != name {
				t.Errorf("%s under fault %d is %q (%v), want %s", operation, kind, got, err, name)
			}
			if made := w.count(operation); made != 1 {
				t.Errorf("%s under fault %d was called %d times: the adapter must not retry", operation, kind, made)
			}
			if name == quarantine.AccessDenied && !strings.Contains(err.Error(), "the action ec2:"+operation) {
				t.Errorf("the missing action is not in %q", err)
			}
		}
	}
}

func TestADeniedOperationThatTagsMentionsCreateTags(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{"CreateNetworkAcl", "CreateSnapshots", "CreateSecurityGroup"} {
		w := newWorld()
		w.Inject(account.Fault{Operation: operation, Kind: account.Deny})
		err := operations[operation](t.Context(), w, ec2.New(w.EC2()))
		if !strings.Contains(err.Error(), "ec2:CreateTags") {
			t.Errorf("%s: ec2:CreateTags is not in %q", operation, err)
		}
	}
}

func TestCodesAreNamed(t *testing.T) {
	t.Parallel()
	codes := map[string]string{
		"AuthFailure":                           quarantine.AccessDenied,
		"ExpiredToken":                          quarantine.AccessDenied,
		"RequestThrottled":                      quarantine.Throttled,
		"SnapshotCreationPerVolumeRateExceeded": quarantine.Throttled,
		"ConcurrentSnapshotLimitExceeded":       quarantine.Throttled,
		"Unavailable":                           quarantine.Unavailable,
		"NetworkAclLimitExceeded":               quarantine.QuotaReached,
		"SnapshotLimitExceeded":                 quarantine.QuotaReached,
		"InvalidAssociationID.NotFound":         quarantine.Contended,
		"IdempotentParameterMismatch":           quarantine.Contended,
		"InvalidInstanceID.Malformed":           quarantine.InstanceGone,
		"IncorrectInstanceState":                quarantine.EvidenceFailed,
		"InvalidVolume.NotFound":                quarantine.EvidenceFailed,
		"SomethingNew":                          quarantine.Unexpected,
	}
	for code, name := range codes {
		w := newWorld()
		w.Inject(account.Fault{Kind: account.Code, Code: code, Message: "RequestLimitExceeded AccessDenied"})
		_, err := ec2.New(w.EC2()).CreateSnapshots(t.Context(), w.instance(), "", nil)
		if got := quarantine.NameOf(err); got != name {
			t.Errorf("%s is %q, want %s", code, got, name)
		}
		if !strings.Contains(err.Error(), code) {
			t.Errorf("the code %s is not in %q", code, err)
		}
	}
}

func TestTheACLQuotaIsNamed(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.SetNetworkACLQuota(1)
	err := operations["CreateNetworkAcl"](t.Context(), w, ec2.New(w.EC2()))
	if !quarantine.Is(err, quarantine.QuotaReached) {
		t.Errorf("got %v, want QuotaReached", err)
	}
}

func TestAContextThatEndsIsUnavailable(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	w := newWorld()
	for operation, call := range operations {
		if err := call(ctx, w, ec2.New(w.EC2())); !quarantine.Is(err, quarantine.Unavailable) {
			t.Errorf("%s: got %v, want Unavailable", operation, err)
		}
	}
}

// A lost answer is Unavailable, and a retry with the same client token returns the same ACL.
func TestARetryAfterALostAnswerReturnsTheSameACL(t *testing.T) {
	t.Parallel()
	w := newWorld()
	c := ec2.New(w.EC2())
	w.Inject(account.Fault{Operation: "CreateNetworkAcl", Kind: account.TimeoutAfter, Times: 1})
	call := operations["CreateNetworkAcl"]
	if err := call(t.Context(), w, c); !quarantine.Is(err, quarantine.Unavailable) {
		t.Fatalf("got %v, want Unavailable", err)
	}
	if err := call(t.Context(), w, c); err != nil {
		t.Fatal(err)
	}
	acls, err := c.NetworkACLs(t.Context(), here, w.env.VPCID)
	if err != nil || len(acls) != 2 {
		t.Errorf("the VPC has %d ACLs (%v), want its default and one", len(acls), err)
	}
}
