package simaws_test

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
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"golang.org/x/sync/errgroup"

	"github.com/ec2-quarantine/quarantine/internal/lab/simaws"
)

func second(string, string) time.Duration { return time.Second }

func TestEveryCallIsOnRecord(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		of := newOffice(simaws.Options{Latency: second})
		start := time.Now().UTC()
		ctx := simaws.WithCaller(t.Context(), simaws.Caller{Execution: "e1", Function: "isolate"})
		_, err := of.EC2().CreateNetworkAcl(ctx, &ec2.CreateNetworkAclInput{VpcId: &of.vpc})
		noErr(t, err)
		_, err = of.EC2().DescribeInstances(t.Context(), &ec2.DescribeInstancesInput{InstanceIds: []string{"i-00000000"}})
		wantCode(t, err, "InvalidInstanceID.NotFound")

		calls := of.Calls()
		first, then := calls[0], calls[1]
		if first.Seq != 1 || first.Service != "ec2" || first.Operation != "CreateNetworkAcl" || !first.Mutating || !first.Applied || first.Err != "" ||
			first.Caller.Execution != "e1" || !first.Started.Equal(start) || !first.Ended.Equal(start.Add(time.Second)) {
			t.Errorf("recorded %+v", first)
		}
		if in, ok := first.Input.(*ec2.CreateNetworkAclInput); !ok || *in.VpcId != of.vpc {
			t.Errorf("recorded input %v", first.Input)
		}
		if then.Err != "InvalidInstanceID.NotFound" || then.Mutating || then.Applied || !then.Started.Equal(first.Ended) {
			t.Errorf("recorded %+v", then)
		}
	})
}

func TestFaultsOfEachKind(t *testing.T) {
	t.Parallel()
	do := map[string]func(of office, ctx context.Context) error{
		"ec2": func(of office, ctx context.Context) error {
			_, err := of.EC2().CreateNetworkAcl(ctx, &ec2.CreateNetworkAclInput{VpcId: &of.vpc})
			return err
		},
		"dynamodb": func(of office, ctx context.Context) error {
			_, err := of.DynamoDB().PutItem(ctx, &dynamodb.PutItemInput{TableName: ptr("ledger"), Item: map[string]ddbtypes.AttributeValue{"pk": str("a")}})
			return err
		},
		"sns": func(of office, ctx context.Context) error {
			_, err := of.SNS().Publish(ctx, &sns.PublishInput{TopicArn: ptr("arn:aws:sns:eu-west-1:123456789012:told"), Message: ptr("m")})
			return err
		},
		"sts": func(of office, ctx context.Context) error {
			_, err := of.STS().GetCallerIdentity(ctx, nil)
			return err
		},
	}
	for _, c := range []struct {
		service string
		kind    simaws.Kind
		code    string
	}{
		{"ec2", simaws.Throttle, "RequestLimitExceeded"},
		{"ec2", simaws.ServerError, "InternalError"},
		{"ec2", simaws.Deny, "UnauthorizedOperation"},
		{"ec2", simaws.Code, "NetworkAclLimitExceeded"},
		{"dynamodb", simaws.Throttle, "ThrottlingException"},
		{"dynamodb", simaws.ServerError, "InternalServerError"},
		{"dynamodb", simaws.Deny, "AccessDeniedException"},
		{"sns", simaws.Throttle, "Throttling"},
		{"sns", simaws.ServerError, "InternalError"},
		{"sns", simaws.Deny, "AuthorizationError"},
		{"sts", simaws.Throttle, "Throttling"},
		{"sts", simaws.ServerError, "InternalFailure"},
		{"sts", simaws.Deny, "AccessDenied"},
	} {
		t.Run(c.service+" "+c.code, func(t *testing.T) {
			t.Parallel()
			of := newOffice(simaws.Options{})
			of.AddTable("ledger", "pk", "")
			of.AddTopic("told")
			fault := simaws.Fault{Service: c.service, Kind: c.kind}
			if c.kind == simaws.Code {
				fault.Code = c.code
			}
			remove := of.Inject(fault)
			wantCode(t, do[c.service](of, t.Context()), c.code)
			if call := of.Calls()[0]; call.Err != c.code || call.Applied {
				t.Errorf("recorded %+v", call)
			}
			remove()
			noErr(t, do[c.service](of, t.Context()))
		})
	}
}

func TestDenialNamesTheAction(t *testing.T) {
	t.Parallel()
	of := newOffice(simaws.Options{})
	of.Inject(simaws.Fault{Kind: simaws.Deny})
	ctx := simaws.WithCaller(t.Context(), simaws.Caller{Identity: "arn:aws:sts::123456789012:assumed-role/r/s"})
	_, err := of.EC2().CreateNetworkAcl(ctx, &ec2.CreateNetworkAclInput{VpcId: &of.vpc})
	want := "operation error EC2: CreateNetworkAcl, https response error StatusCode: 403, RequestID: , api error UnauthorizedOperation: " +
		"You are not authorized to perform this operation. User: arn:aws:sts::123456789012:assumed-role/r/s is not authorized to perform: " +
		"ec2:CreateNetworkAcl on resource: arn:aws:ec2:eu-west-1:123456789012:* because no identity-based policy allows the ec2:CreateNetworkAcl action"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestTimeouts(t *testing.T) {
	t.Parallel()
	for kind, acls := range map[simaws.Kind]int{simaws.TimeoutBefore: 1, simaws.TimeoutAfter: 2} {
		of := newOffice(simaws.Options{})
		of.Inject(simaws.Fault{Kind: kind, Times: 1})
		_, err := createACL(t, of, "")
		var canceled *aws.RequestCanceledError
		if !errors.Is(err, context.DeadlineExceeded) || !errors.As(err, &canceled) {
			t.Errorf("error is %v", err)
		}
		if call := of.Calls()[0]; call.Applied != (kind == simaws.TimeoutAfter) || call.Err != "Timeout" {
			t.Errorf("recorded %+v", call)
		}
		if got := len(of.acls(t)); got != acls {
			t.Errorf("kind %d left %d ACLs, want %d", kind, got, acls)
		}
	}
}

// A context that ends while the answer is under way leaves the effect.
func TestContextEndsDuringACall(t *testing.T) {
	t.Parallel()
	for patience, acls := range map[time.Duration]int{400 * time.Millisecond: 1, 600 * time.Millisecond: 2} {
		synctest.Test(t, func(t *testing.T) {
			of := newOffice(simaws.Options{Latency: second})
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			_, err := of.EC2().CreateNetworkAcl(ctx, &ec2.CreateNetworkAclInput{VpcId: &of.vpc})
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("error is %v", err)
			}
			if got := len(of.acls(t)); got != acls {
				t.Errorf("after %v there are %d ACLs, want %d", patience, got, acls)
			}
		})
	}
}

func TestTheProcessStops(t *testing.T) {
	t.Parallel()
	for kind, acls := range map[simaws.Kind]int{simaws.StopBefore: 1, simaws.StopAfter: 2} {
		of := newOffice(simaws.Options{})
		of.Inject(simaws.Fault{Operation: "CreateNetworkAcl", Kind: kind, Times: 1})
		func() {
			defer func() {
				if s, ok := recover().(simaws.Stopped); !ok || s.After != (kind == simaws.StopAfter) || s.Call.Operation != "CreateNetworkAcl" {
					t.Errorf("the panic was %v", s)
				}
			}()
			_, err := createACL(t, of, "")
			t.Errorf("the call returned %v", err)
		}()
		if got := of.Calls()[0]; got.Err != "Stopped" || got.Ended.IsZero() {
			t.Errorf("recorded %+v", got)
		}
		if got := len(of.acls(t)); got != acls { // and the account lives on
			t.Errorf("kind %d left %d ACLs, want %d", kind, got, acls)
		}
	}
}

func TestWhichCallsAFaultStrikes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		of := newOffice(simaws.Options{Latency: second})
		of.Inject(simaws.Fault{
			Service: "sts", Operation: "GetCallerIdentity", Skip: 1, Times: 2, Kind: simaws.ServerError,
			Match: func(c simaws.Call) bool { return len(of.Calls()) > 0 && c.Caller.Execution == "e1" },
		})
		of.Inject(simaws.Fault{Service: "sts", Until: time.Now().Add(2 * time.Second), Kind: simaws.Throttle})
		mine := simaws.WithCaller(t.Context(), simaws.Caller{Execution: "e1"})
		for _, ctx := range []context.Context{mine, mine, t.Context(), mine, mine} {
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

func TestSomebodyElseIsQuicker(t *testing.T) {
	t.Parallel()
	of := newOffice(simaws.Options{})
	made, err := createACL(t, of, "")
	noErr(t, err)
	acl, old := made.NetworkAcl.NetworkAclId, of.association(t, of.front)
	of.Inject(simaws.Fault{
		Operation: "ReplaceNetworkAclAssociation", Times: 1, Kind: simaws.Interfere,
		Do: func(simaws.Call) { of.SwapACL(of.front, *acl) },
	})
	_, err = of.EC2().ReplaceNetworkAclAssociation(t.Context(), &ec2.ReplaceNetworkAclAssociationInput{AssociationId: old.NetworkAclAssociationId, NetworkAclId: acl})
	wantCode(t, err, "InvalidAssociationID.NotFound")
}

func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	of := newOffice(simaws.Options{})
	of.AddTable("ledger", "pk", "")
	var group errgroup.Group
	for range 20 {
		group.Go(func() error {
			_, err := createACL(t, of, "one token")
			return err
		})
		group.Go(func() error {
			_, err := of.DynamoDB().UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
				TableName: ptr("ledger"), Key: map[string]ddbtypes.AttributeValue{"pk": str("a")},
				UpdateExpression: ptr("ADD n :one"), ExpressionAttributeValues: map[string]ddbtypes.AttributeValue{":one": num("1")},
			})
			return err
		})
	}
	noErr(t, group.Wait())
	out, err := of.DynamoDB().GetItem(t.Context(), &dynamodb.GetItemInput{TableName: ptr("ledger"), Key: map[string]ddbtypes.AttributeValue{"pk": str("a")}})
	noErr(t, err)
	if n := out.Item["n"].(*ddbtypes.AttributeValueMemberN).Value; n != "20" || len(of.acls(t)) != 2 {
		t.Errorf("counted %s, and there are %d ACLs", n, len(of.acls(t)))
	}
	for i, c := range of.Calls() {
		if c.Seq != i+1 {
			t.Fatalf("call %d has number %d", i+1, c.Seq)
		}
	}
}

func TestIdsAreTheSameEveryTime(t *testing.T) {
	t.Parallel()
	one, two := newOffice(simaws.Options{}), newOffice(simaws.Options{})
	if one.web != two.web || one.web == one.db {
		t.Errorf("ids are %s and %s, and beside them %s", one.web, two.web, one.db)
	}
	if other := newOffice(simaws.Options{AccountID: "210987654321"}); other.web == one.web {
		t.Error("two accounts have the same id")
	}
}

func TestGetCallerIdentity(t *testing.T) {
	t.Parallel()
	a := simaws.New(simaws.Options{})
	ctx := simaws.WithCaller(t.Context(), simaws.Caller{Identity: "arn:aws:sts::123456789012:assumed-role/forensics/run"})
	out, err := a.STS().GetCallerIdentity(ctx, nil)
	noErr(t, err)
	if *out.Arn != "arn:aws:sts::123456789012:assumed-role/forensics/run" || *out.Account != a.ID() {
		t.Errorf("identity is %s in %s", *out.Arn, *out.Account)
	}
}
