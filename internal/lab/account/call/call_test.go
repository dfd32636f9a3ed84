package call_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	ddbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	ebtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"golang.org/x/sync/errgroup"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/accounttest"
)

func createACL(t *testing.T, of accounttest.Office) (*ec2.CreateNetworkAclOutput, error) {
	t.Helper()
	return of.EC2().CreateNetworkAcl(t.Context(), &ec2.CreateNetworkAclInput{VpcId: &of.VPC})
}

func str(s string) ddbtypes.AttributeValue { return &ddbtypes.AttributeValueMemberS{Value: s} }
func num(n string) ddbtypes.AttributeValue { return &ddbtypes.AttributeValueMemberN{Value: n} }

func second(string, string) time.Duration { return time.Second }

func TestEveryCallIsRecorded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		of := accounttest.NewOffice(account.Options{Latency: second})
		start := time.Now().UTC()
		ctx := account.WithCaller(t.Context(), account.Caller{Execution: "e1", Function: "isolate"})
		_, err := of.EC2().CreateNetworkAcl(ctx, &ec2.CreateNetworkAclInput{VpcId: &of.VPC})
		accounttest.NoErr(t, err)
		_, err = of.EC2().DescribeInstances(t.Context(), &ec2.DescribeInstancesInput{InstanceIds: []string{"i-00000000"}})
		accounttest.WantCode(t, err, "InvalidInstanceID.NotFound")

		calls := of.Calls()
		first, then := calls[0], calls[1]
		if first.Seq != 1 || first.Service != "ec2" || first.Operation != "CreateNetworkAcl" || !first.Mutating || !first.Applied || first.Err != "" ||
			first.Caller.Execution != "e1" || !first.Started.Equal(start) || !first.Ended.Equal(start.Add(time.Second)) {
			t.Errorf("recorded %+v", first)
		}
		if in, ok := first.Input.(*ec2.CreateNetworkAclInput); !ok || *in.VpcId != of.VPC {
			t.Errorf("recorded input %v", first.Input)
		}
		if then.Err != "InvalidInstanceID.NotFound" || then.Mutating || then.Applied || !then.Started.Equal(first.Ended) {
			t.Errorf("recorded %+v", then)
		}
	})
}

func TestFaultsOfEachKind(t *testing.T) {
	t.Parallel()
	do := map[string]func(of accounttest.Office, ctx context.Context) error{
		"ec2": func(of accounttest.Office, ctx context.Context) error {
			_, err := of.EC2().CreateNetworkAcl(ctx, &ec2.CreateNetworkAclInput{VpcId: &of.VPC})
			return err
		},
		"dynamodb": func(of accounttest.Office, ctx context.Context) error {
			_, err := of.DynamoDB().PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String("ledger"), Item: map[string]ddbtypes.AttributeValue{"pk": str("a")}})
			return err
		},
		"sns": func(of accounttest.Office, ctx context.Context) error {
			_, err := of.SNS().Publish(ctx, &sns.PublishInput{TopicArn: aws.String("arn:aws:sns:eu-west-1:123456789012:told"), Message: aws.String("m")})
			return err
		},
		"events": func(of accounttest.Office, ctx context.Context) error {
			_, err := of.EventBridge().PutEvents(ctx, &eventbridge.PutEventsInput{Entries: []ebtypes.PutEventsRequestEntry{{
				Source: aws.String("quarantine"), DetailType: aws.String("Told"), Detail: aws.String("{}"),
			}}})
			return err
		},
		"sts": func(of accounttest.Office, ctx context.Context) error {
			_, err := of.STS().GetCallerIdentity(ctx, nil)
			return err
		},
	}
	for _, c := range []struct {
		service string
		kind    account.Kind
		code    string
	}{
		{"ec2", account.Throttle, "RequestLimitExceeded"},
		{"ec2", account.ServerError, "InternalError"},
		{"ec2", account.Deny, "UnauthorizedOperation"},
		{"ec2", account.Code, "NetworkAclLimitExceeded"},
		{"dynamodb", account.Throttle, "ThrottlingException"},
		{"dynamodb", account.ServerError, "InternalServerError"},
		{"dynamodb", account.Deny, "AccessDeniedException"},
		{"sns", account.Throttle, "Throttling"},
		{"sns", account.ServerError, "InternalError"},
		{"sns", account.Deny, "AuthorizationError"},
		{"events", account.ServerError, "InternalException"},
		{"events", account.Deny, "AccessDeniedException"},
		{"sts", account.Throttle, "Throttling"},
		{"sts", account.ServerError, "InternalFailure"},
		{"sts", account.Deny, "AccessDenied"},
	} {
		t.Run(c.service+" "+c.code, func(t *testing.T) {
			t.Parallel()
			of := accounttest.NewOffice(account.Options{})
			of.AddTable("ledger", "pk", "")
			of.AddTopic("told")
			fault := account.Fault{Service: c.service, Kind: c.kind}
			if c.kind == account.Code {
				fault.Code = c.code
			}
			remove := of.Inject(fault)
			accounttest.WantCode(t, do[c.service](of, t.Context()), c.code)
			if call := of.Calls()[0]; call.Err != c.code || call.Applied {
				t.Errorf("recorded %+v", call)
			}
			remove()
			accounttest.NoErr(t, do[c.service](of, t.Context()))
		})
	}
}

func TestDenialNamesTheAction(t *testing.T) {
	t.Parallel()
	of := accounttest.NewOffice(account.Options{})
	of.Inject(account.Fault{Kind: account.Deny})
	ctx := account.WithCaller(t.Context(), account.Caller{Identity: "arn:aws:sts::123456789012:assumed-role/r/s"})
	_, err := of.EC2().CreateNetworkAcl(ctx, &ec2.CreateNetworkAclInput{VpcId: &of.VPC})
	want := "operation error EC2: CreateNetworkAcl, https response error StatusCode: 403, RequestID: , api error UnauthorizedOperation: " +
		"You are not authorized to perform this operation. User: arn:aws:sts::123456789012:assumed-role/r/s is not authorized to perform: " +
		"ec2:CreateNetworkAcl on resource: arn:aws:ec2:eu-west-1:123456789012:* because no identity-based policy allows the ec2:CreateNetworkAcl action"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestTimeouts(t *testing.T) {
	t.Parallel()
	for kind, acls := range map[account.Kind]int{account.TimeoutBefore: 1, account.TimeoutAfter: 2} {
		of := accounttest.NewOffice(account.Options{})
		of.Inject(account.Fault{Kind: kind, Times: 1})
		_, err := createACL(t, of)
		var canceled *aws.RequestCanceledError
		if !errors.Is(err, context.DeadlineExceeded) || !errors.As(err, &canceled) {
			t.Errorf("error is %v", err)
		}
		if call := of.Calls()[0]; call.Applied != (kind == account.TimeoutAfter) || call.Err != "Timeout" {
			t.Errorf("recorded %+v", call)
		}
		if got := len(of.ACLs()); got != acls {
			t.Errorf("kind %d left %d ACLs, want %d", kind, got, acls)
		}
	}
}

// If a context ends during the answer's latency, the effect remains.
func TestContextEndsDuringACall(t *testing.T) {
	t.Parallel()
	for patience, acls := range map[time.Duration]int{400 * time.Millisecond: 1, 600 * time.Millisecond: 2} {
		synctest.Test(t, func(t *testing.T) {
			of := accounttest.NewOffice(account.Options{Latency: second})
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			_, err := of.EC2().CreateNetworkAcl(ctx, &ec2.CreateNetworkAclInput{VpcId: &of.VPC})
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("error is %v", err)
			}
			if got := len(of.ACLs()); got != acls {
				t.Errorf("after %v there are %d ACLs, want %d", patience, got, acls)
			}
		})
	}
}

func TestTheProcessStops(t *testing.T) {
	t.Parallel()
	for kind, acls := range map[account.Kind]int{account.StopBefore: 1, account.StopAfter: 2} {
		of := accounttest.NewOffice(account.Options{})
		of.Inject(account.Fault{Operation: "CreateNetworkAcl", Kind: kind, Times: 1})
		func() {
			defer func() {
				if s, ok := recover().(account.Stopped); !ok || s.After != (kind == account.StopAfter) || s.Call.Operation != "CreateNetworkAcl" {
					t.Errorf("the panic was %v", s)
				}
			}()
			_, err := createACL(t, of)
			t.Errorf("the call returned %v", err)
		}()
		if got := of.Calls()[0]; got.Err != "Stopped" || got.Ended.IsZero() {
			t.Errorf("recorded %+v", got)
		}
		if got := len(of.ACLs()); got != acls { // the account goes on
			t.Errorf("kind %d left %d ACLs, want %d", kind, got, acls)
		}
	}
}

func TestWhichCallsAFaultAppliesTo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		of := accounttest.NewOffice(account.Options{Latency: second})
		of.Inject(account.Fault{
			Service: "sts", Operation: "GetCallerIdentity", Skip: 1, Times: 2, Kind: account.ServerError,
			Match: func(c account.Call) bool { return len(of.Calls()) > 0 && c.Caller.Execution == "e1" },
		})
		of.Inject(account.Fault{Service: "sts", Until: time.Now().Add(2 * time.Second), Kind: account.Throttle})
		matching := account.WithCaller(t.Context(), account.Caller{Execution: "e1"})
		for _, ctx := range []context.Context{matching, matching, t.Context(), matching, matching} {
			_, _ = of.STS().GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
		}
		var got []string
		for _, c := range of.Calls() {
			got = append(got, c.Err)
		}
		want := []string{"Throttling", "InternalFailure", "", "InternalFailure", ""}
		for i := range want {
			if got[i] != want[i] {
				t.Fatalf("calls ended with %q, want %q", got, want)
			}
		}
	})
}

func TestAnotherCallerCanBeQuicker(t *testing.T) {
	t.Parallel()
	of := accounttest.NewOffice(account.Options{})
	made, err := createACL(t, of)
	accounttest.NoErr(t, err)
	acl, old := made.NetworkAcl.NetworkAclId, of.Association(t, of.Front)
	of.Inject(account.Fault{
		Operation: "ReplaceNetworkAclAssociation", Times: 1, Kind: account.Interfere,
		Do: func(account.Call) { of.SwapACL(of.Front, *acl) },
	})
	_, err = of.EC2().ReplaceNetworkAclAssociation(t.Context(), &ec2.ReplaceNetworkAclAssociationInput{AssociationId: old.NetworkAclAssociationId, NetworkAclId: acl})
	accounttest.WantCode(t, err, "InvalidAssociationID.NotFound")
}

func TestConcurrentCalls(t *testing.T) {
	t.Parallel()
	of := accounttest.NewOffice(account.Options{})
	of.AddTable("ledger", "pk", "")
	var group errgroup.Group
	for range 20 {
		group.Go(func() error {
			_, err := of.EC2().CreateNetworkAcl(t.Context(), &ec2.CreateNetworkAclInput{VpcId: &of.VPC, ClientToken: aws.String("one token")})
			return err
		})
		group.Go(func() error {
			_, err := of.DynamoDB().UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
				TableName: aws.String("ledger"), Key: map[string]ddbtypes.AttributeValue{"pk": str("a")},
				UpdateExpression: aws.String("ADD n :one"), ExpressionAttributeValues: map[string]ddbtypes.AttributeValue{":one": num("1")},
			})
			return err
		})
	}
	accounttest.NoErr(t, group.Wait())
	out, err := of.DynamoDB().GetItem(t.Context(), &dynamodb.GetItemInput{TableName: aws.String("ledger"), Key: map[string]ddbtypes.AttributeValue{"pk": str("a")}})
	accounttest.NoErr(t, err)
	if n := out.Item["n"].(*ddbtypes.AttributeValueMemberN).Value; n != "20" || len(of.ACLs()) != 2 {
		t.Errorf("counted %s, and there are %d ACLs", n, len(of.ACLs()))
	}
	for i, c := range of.Calls() {
		if c.Seq != i+1 {
			t.Fatalf("call %d has number %d", i+1, c.Seq)
		}
	}
}

func TestIDsAreDeterministic(t *testing.T) {
	t.Parallel()
	one, two := accounttest.NewOffice(account.Options{}), accounttest.NewOffice(account.Options{})
	if one.Web != two.Web || one.Web == one.DB {
		t.Errorf("ids are %s and %s, and beside them %s", one.Web, two.Web, one.DB)
	}
	if other := accounttest.NewOffice(account.Options{AccountID: "210987654321"}); other.Web == one.Web {
		t.Error("two accounts have the same id")
	}
}
