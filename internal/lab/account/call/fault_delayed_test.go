package call_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/accounttest"
)

// replace requests the ACL for the front subnet; the request is delayed and times out.
func replace(t *testing.T, of accounttest.Office, acl string) (*ec2.ReplaceNetworkAclAssociationOutput, error) {
	t.Helper()
	return of.EC2().ReplaceNetworkAclAssociation(t.Context(), &ec2.ReplaceNetworkAclAssociationInput{
		AssociationId: of.Association(t, of.Front).NetworkAclAssociationId, NetworkAclId: &acl,
	})
}

func wantTimeout(t *testing.T, err error) {
	t.Helper()
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("error is %v, want that the request was given up on", err)
	}
}

func TestADelayedRequestHasItsEffectOnTheAccountsClock(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		of := accounttest.NewOffice(account.Options{Record: true})
		before, shut := *of.Association(t, of.Front).NetworkAclId, of.AddACL(account.ACL{VPC: of.VPC})
		of.Inject(account.Fault{Operation: "ReplaceNetworkAclAssociation", Kind: account.Delayed, Delay: time.Minute, Times: 1})
		_, err := replace(t, of, shut)
		wantTimeout(t, err)
		for _, c := range []struct {
			pass    time.Duration
			acl     string
			applied bool
			changes int
		}{{59 * time.Second, before, false, 0}, {time.Second, shut, true, 1}} {
			time.Sleep(c.pass)
			last := of.Calls()[0]
			if got := *of.Association(t, of.Front).NetworkAclId; got != c.acl || last.Applied != c.applied || last.Err != "Timeout" || len(of.Changes()) != c.changes {
				t.Errorf("after another %v under %s, want %s; on record %+v", c.pass, got, c.acl, last)
			}
		}
		if change := of.Changes()[0]; change.Call != 1 || change.Order != of.Calls()[0].Effect.Order {
			t.Errorf("the change on record: %+v", change)
		}
	})
}

// Each late effect happens at its own due time and in the order of these times, even if the
// account is read only later.
func TestDelayedRequestsHaveTheirEffectInOrderAtTheirInstants(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		of := accounttest.NewOffice(account.Options{})
		topic := of.AddTopic("told")
		start := time.Now().UTC()
		for i, d := range []time.Duration{2 * time.Minute, time.Minute} {
			of.Inject(account.Fault{Service: "sns", Kind: account.Delayed, Delay: d, Times: 1})
			_, err := of.SNS().Publish(t.Context(), &sns.PublishInput{TopicArn: &topic, Message: aws.String([]string{"later", "sooner"}[i])})
			wantTimeout(t, err)
		}
		time.Sleep(time.Hour)
		got := of.Published()
		if len(got) != 2 || got[0].Text != "sooner" || !got[0].At.Equal(start.Add(time.Minute)) || !got[1].At.Equal(start.Add(2*time.Minute)) {
			t.Errorf("published %+v", got)
		}
	})
}

// The fault exists for this case: a cut that takes effect after the release has ended.
func TestADelayedRequestWaitsUntilTheTestSaysSo(t *testing.T) {
	t.Parallel()
	of := accounttest.NewOffice(account.Options{})
	shut := of.AddACL(account.ACL{VPC: of.VPC})
	of.Inject(account.Fault{Operation: "ReplaceNetworkAclAssociation", Kind: account.Delayed, Times: 1})
	_, err := replace(t, of, shut)
	wantTimeout(t, err)
	if got := *of.Association(t, of.Front).NetworkAclId; got == shut {
		t.Fatal("the delayed request took effect at once")
	}
	accounttest.NoErr(t, of.ApplyDelayed())
	if got := *of.Association(t, of.Front).NetworkAclId; got != shut || !of.Calls()[0].Applied {
		t.Errorf("the subnet is under %s, want %s", got, shut)
	}
	accounttest.NoErr(t, of.ApplyDelayed()) // a second call applies nothing
}

// EC2's compare-and-swap holds for delayed requests, too.
func TestADelayedRequestActsOnTheStateAtThatTime(t *testing.T) {
	t.Parallel()
	of := accounttest.NewOffice(account.Options{})
	shut, other := of.AddACL(account.ACL{VPC: of.VPC}), of.AddACL(account.ACL{VPC: of.VPC})
	of.Inject(account.Fault{Operation: "ReplaceNetworkAclAssociation", Kind: account.Delayed, Times: 1})
	_, err := replace(t, of, shut)
	wantTimeout(t, err)
	_, err = replace(t, of, other)
	accounttest.NoErr(t, err)
	if err := of.ApplyDelayed(); err == nil {
		t.Error("the late request found its association, although it was replaced")
	}
	late := of.Calls()[0]
	if got := *of.Association(t, of.Front).NetworkAclId; got != other || late.Applied || late.Late != "InvalidAssociationID.NotFound" || late.Err != "Timeout" {
		t.Errorf("the subnet is under %s, want %s; on record %+v", got, other, late)
	}
}

func TestAnAnswerCanComeBeforeItsEffect(t *testing.T) {
	t.Parallel()
	of := accounttest.NewOffice(account.Options{Record: true})
	of.Inject(account.Fault{Operation: "CreateNetworkAcl", Kind: account.Delayed, Answer: true, Times: 1})
	promised, err := createACL(t, of)
	accounttest.NoErr(t, err)
	other, err := createACL(t, of)
	accounttest.NoErr(t, err)
	if acls := of.ACLs(); len(acls) != 2 || *acls[1].NetworkAclId != *other.NetworkAcl.NetworkAclId || of.Calls()[0].Applied {
		t.Fatalf("before the effect there are %d ACLs", len(acls))
	}
	accounttest.NoErr(t, of.ApplyDelayed())
	acls := of.ACLs()
	if len(acls) != 3 || *acls[2].NetworkAclId != *promised.NetworkAcl.NetworkAclId {
		t.Errorf("made %s, and the answer said %s", *acls[len(acls)-1].NetworkAclId, *promised.NetworkAcl.NetworkAclId)
	}
	if calls := of.Calls(); calls[0].Err != "" || calls[0].Effect.Order != 2 || calls[1].Effect.Order != 1 {
		t.Errorf("on record: %+v", calls[:2])
	}
}

func TestAnAnswerBeforeItsEffectCanBeARefusal(t *testing.T) {
	t.Parallel()
	of := accounttest.NewOffice(account.Options{})
	of.Inject(account.Fault{Kind: account.Delayed, Answer: true, Times: 1})
	_, err := replace(t, of, "acl-00000000")
	accounttest.WantCode(t, err, "InvalidNetworkAclID.NotFound")
	if of.Calls()[0].Delayed {
		t.Error("a request that was refused at once is on record as delayed")
	}
	accounttest.NoErr(t, of.ApplyDelayed()) // no request is delayed
}

// Other calls use IDs between the answer and its effect.
func TestIDsStayUniqueAroundALateEffect(t *testing.T) {
	t.Parallel()
	of := accounttest.NewOffice(account.Options{})
	of.Inject(account.Fault{Operation: "CreateSnapshots", Kind: account.Delayed, Answer: true, Times: 1})
	snapshots := func() (*ec2.CreateSnapshotsOutput, error) {
		return of.EC2().CreateSnapshots(t.Context(), &ec2.CreateSnapshotsInput{InstanceSpecification: &types.InstanceSpecification{InstanceId: &of.Web}})
	}
	promised, err := snapshots()
	accounttest.NoErr(t, err)
	_, err = snapshots()
	accounttest.NoErr(t, err)
	accounttest.NoErr(t, of.ApplyDelayed())
	_, err = snapshots()
	accounttest.NoErr(t, err)
	out, err := of.EC2().DescribeSnapshots(t.Context(), &ec2.DescribeSnapshotsInput{})
	accounttest.NoErr(t, err)
	seen := map[string]bool{}
	for _, s := range out.Snapshots {
		seen[*s.SnapshotId] = true
	}
	if len(seen) != 6 || !seen[*promised.Snapshots[0].SnapshotId] || !seen[*promised.Snapshots[1].SnapshotId] {
		t.Errorf("%d snapshots, want 6 including those of the answer", len(seen))
	}
}

func TestReadsAreNotDelayed(t *testing.T) {
	t.Parallel()
	of := accounttest.NewOffice(account.Options{})
	of.Inject(account.Fault{Kind: account.Delayed})
	_, err := of.EC2().DescribeNetworkAcls(t.Context(), &ec2.DescribeNetworkAclsInput{})
	accounttest.NoErr(t, err)
}

// A late effect counts, for a stale read, as a change at the time when it takes effect.
func TestALateEffectIsAChangeThatAReadCanMiss(t *testing.T) {
	t.Parallel()
	of := accounttest.NewOffice(account.Options{})
	shut, before := of.AddACL(account.ACL{VPC: of.VPC}), under(t, of)
	of.Inject(account.Fault{Operation: "ReplaceNetworkAclAssociation", Kind: account.Delayed, Times: 1})
	of.Inject(account.Fault{Operation: "DescribeNetworkAcls", Kind: account.Stale, Behind: 1, Times: 1})
	_, err := replace(t, of, shut)
	wantTimeout(t, err)
	accounttest.NoErr(t, of.ApplyDelayed())
	if stale, then := under(t, of), under(t, of); stale != before || then != shut {
		t.Errorf("under %s and then %s, want %s and %s", stale, then, before, shut)
	}
}
