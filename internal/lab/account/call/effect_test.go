package call_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	ddbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/accounttest"
)

func TestEveryChangeOfAnAssociationIsRecordedWithItsCall(t *testing.T) {
	t.Parallel()
	of := accounttest.NewOffice(account.Options{Record: true})
	made, err := createACL(t, of)
	accounttest.NoErr(t, err)
	acl, before := *made.NetworkAcl.NetworkAclId, of.Association(t, of.Front)
	_, err = of.EC2().ReplaceNetworkAclAssociation(t.Context(), &ec2.ReplaceNetworkAclAssociationInput{AssociationId: before.NetworkAclAssociationId, NetworkAclId: &acl})
	accounttest.NoErr(t, err)
	back := of.SwapACL(of.Front, *before.NetworkAclId)

	got := of.Changes()
	if len(got) != 2 {
		t.Fatalf("%d changes on record, want the call's and the others'", len(got))
	}
	cut, undone, calls := got[0], got[1], of.Calls()
	if cut.Call != calls[len(calls)-1].Seq || undone.Call != 0 || cut.Subnet != of.Front {
		t.Errorf("the first is of call %d, the second of %d", cut.Call, undone.Call)
	}
	if cut.From.ID != *before.NetworkAclId || !cut.From.Default || cut.From.Allows == 0 || cut.To.ID != acl || cut.To.Allows != 0 {
		t.Errorf("from %+v to %+v", cut.From, cut.To)
	}
	if cut.FromAssociation != *before.NetworkAclAssociationId || undone.FromAssociation != cut.ToAssociation || undone.ToAssociation != back {
		t.Errorf("associations %s > %s, and %s > %s", cut.FromAssociation, cut.ToAssociation, undone.FromAssociation, undone.ToAssociation)
	}
	if cut.Order != calls[cut.Call-1].Effect.Order || undone.Order <= cut.Order || of.Effects() != undone.Order {
		t.Errorf("order %d, then %d, of %d effects", cut.Order, undone.Order, of.Effects())
	}
}

func TestAWriteIsRecordedEvenIfItsAnswerIsLost(t *testing.T) {
	t.Parallel()
	of := accounttest.NewOffice(account.Options{Record: true})
	of.AddTable("ledger", "pk", "")
	add := func() error {
		_, err := of.DynamoDB().UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
			TableName: aws.String("ledger"), Key: map[string]ddbtypes.AttributeValue{"pk": str("a")},
			UpdateExpression: aws.String("ADD n :one"), ExpressionAttributeValues: map[string]ddbtypes.AttributeValue{":one": num("1")},
		})
		return err
	}
	accounttest.NoErr(t, add())
	of.Inject(account.Fault{Kind: account.TimeoutAfter, Times: 1})
	if add() == nil {
		t.Fatal("the answer was not lost")
	}
	of.Inject(account.Fault{Kind: account.TimeoutBefore})
	if add() == nil {
		t.Fatal("the request was not lost")
	}
	calls := of.Calls()
	for i, want := range []string{"1", "2"} {
		if n := calls[i].Effect.Items[0]["n"].(map[string]any)["N"]; n != want || !calls[i].Applied {
			t.Errorf("write %d left %v on record, want %s", i+1, n, want)
		}
	}
	if calls[2].Effect != nil || calls[2].Applied {
		t.Error("a request that was lost has an effect on record")
	}
}

func TestEffectsAreNotRecordedByDefault(t *testing.T) {
	t.Parallel()
	of := accounttest.NewOffice(account.Options{})
	made, err := createACL(t, of)
	accounttest.NoErr(t, err)
	of.SwapACL(of.Front, *made.NetworkAcl.NetworkAclId)
	if calls := of.Calls(); !calls[0].Applied || calls[0].Effect != nil || len(of.Changes()) != 0 {
		t.Errorf("recorded %+v and %v", calls[0].Effect, of.Changes())
	}
}

func TestAFaultThatLastsFromItsFirstUse(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		of := accounttest.NewOffice(account.Options{})
		of.Inject(account.Fault{Skip: 1, For: time.Minute, Kind: account.Throttle})
		for i, want := range []string{"", "Throttling", "Throttling", ""} {
			_, _ = of.STS().GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
			if got := of.Calls()[i].Err; got != want {
				t.Errorf("call %d ended with %q, want %q", i+1, got, want)
			}
			time.Sleep(40 * time.Second)
		}
	})
}

func TestCallsToStepFunctionsAreRecordedAndCanFail(t *testing.T) {
	t.Parallel()
	of := accounttest.NewOffice(account.Options{})
	started, full := 0, errors.New("full")
	start := func() error { started++; return nil }
	accounttest.NoErr(t, of.States(t.Context(), "StartExecution", start))
	if err := of.States(t.Context(), "StartExecution", func() error { return full }); !errors.Is(err, full) {
		t.Errorf("the effect's own error became %v", err)
	}
	of.Inject(account.Fault{Kind: account.TimeoutAfter, Times: 1})
	of.Inject(account.Fault{Service: "states", Kind: account.Deny})
	if err := of.States(t.Context(), "StartExecution", start); err == nil || started != 2 {
		t.Errorf("lost after it was done: %v, done %d times", err, started)
	}
	accounttest.WantCode(t, of.States(t.Context(), "StartExecution", start), "AccessDeniedException")
	if calls := of.Calls(); started != 2 || len(calls) != 4 || calls[0].Service != "states" || calls[0].Operation != "StartExecution" {
		t.Errorf("started %d times, on record %+v", started, calls)
	}
}
