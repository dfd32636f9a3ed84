package drill_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ec2-quarantine/quarantine/functions/forensics"
	"github.com/ec2-quarantine/quarantine/functions/isolate"
	"github.com/ec2-quarantine/quarantine/functions/release"
	"github.com/ec2-quarantine/quarantine/infra"
	"github.com/ec2-quarantine/quarantine/internal/aws/accounts"
	"github.com/ec2-quarantine/quarantine/internal/aws/autoscaling"
	"github.com/ec2-quarantine/quarantine/internal/aws/cloudformation"
	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/aws/sts"
	"github.com/ec2-quarantine/quarantine/internal/drill"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

const (
	table     = "quarantine"
	name      = "quarantine-drill-guard"
	stackID   = "arn:aws:cloudformation:eu-west-1:111122223333:stack/quarantine-drill-guard/1"
	vpcID     = "vpc-0123456789abcdef0"
	subnetID  = "subnet-0123456789abcdef0"
	standing  = "acl-0aaaaaaaaaaaaaaaa" // before the cut
	incident  = "inc-20260203-0123456789"
	execution = "arn:aws:states:eu-west-1:111122223333:execution:guard-contain:one"
	volume    = "vol-0123456789abcdef0"
)

var (
	noon = time.Date(2026, 2, 3, 12, 0, 0, 0, time.UTC)
	host = quarantine.Resource{AccountID: "111122223333", Region: "eu-west-1", Kind: quarantine.KindInstance, ID: "i-0123456789abcdef0"}
)

// world is an account in memory with the deployment's functions, and CloudFormation and what is a
// person's alone beside it.
type world struct {
	*account.Account
	t      *testing.T
	fleet  *ec2.Client
	ledger *ledger.Ledger
	now    time.Time

	stack     *cloudformation.Stack // nil where there is none
	resources []cloudformation.Resource
	moves     time.Time // until when CloudFormation is at it
	finding   string    // that is contained; "" is a drill's
	stuck     string    // why the VPC cannot be deleted
	late      func()    // happens while the stack is deleted
	endless   bool      // CloudFormation never comes to an end

	unlocked, deleted []string // snapshots
	denied            bool     // they may not be unlocked

	said  []string
	calls []string
	// The call of this number, from 1, fails: before it has its effect, or after it.
	at    int
	after bool
}

var errFault = errors.New("no answer")

// do is a call of a port.
func (w *world) do(call string, effect func() error) error {
	w.calls = append(w.calls, call)
	fails := len(w.calls) == w.at
	if fails && !w.after {
		return errFault
	}
	err := effect()
	if fails {
		return errFault
	}
	return err
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, now: noon}
	w.Account = account.New(account.Options{AccountID: host.AccountID, Region: host.Region, Clock: clock{w}, SnapshotTime: time.Second})
	w.AddDefined(ledger.TableDefinition(table))
	w.fleet, w.ledger = ec2.New(w.EC2()), ledger.New(w.DynamoDB(), table)
	w.ledger.Clock = clock{w}
	w.AddVPC(account.VPC{ID: vpcID})
	w.AddACL(account.ACL{ID: standing, VPC: vpcID})
	w.AddSubnet(account.Subnet{ID: subnetID, VPC: vpcID, CIDR: "10.99.0.0/26", ACL: standing})
	w.AddInstance(account.Instance{ID: host.ID, Volumes: []account.Volume{{ID: volume}}, Interfaces: []account.Interface{{Subnet: subnetID, PrivateIP: "10.99.0.10"}}})
	return w
}

// made has the drill's stack stand.
func (w *world) made() *world {
	w.stack = &cloudformation.Stack{ID: stackID, Name: name, Status: cloudformation.CreateComplete,
		Outputs: map[string]string{"InstanceId": host.ID, "VpcId": vpcID, "SubnetId": subnetID, "WebUrl": "http://203.0.113.10/"}}
	w.resources = []cloudformation.Resource{
		{LogicalID: "Vpc", PhysicalID: vpcID, Type: "AWS::EC2::VPC"}, {LogicalID: "Subnet", PhysicalID: subnetID, Type: "AWS::EC2::Subnet"},
		{LogicalID: "Instance", PhysicalID: host.ID, Type: "AWS::EC2::Instance"},
	}
	return w
}

// contained has the deployed functions contain the instance, and take its evidence.
func (w *world) contained() *world {
	w.t.Helper()
	text := func(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
	_, err := w.DynamoDB().PutItem(w.t.Context(), &dynamodb.PutItemInput{TableName: aws.String(table), Item: map[string]types.AttributeValue{
		"pk": text(quarantine.LockKey(host)), "sk": text("LOCK"), "incident": text(incident), "owner": text(execution),
		"status": text(string(quarantine.StatusIsolating)), "leaseUntil": &types.AttributeValueMemberN{Value: "4102444800"},
	}})
	w.must(err)
	log := slog.New(slog.DiscardHandler)
	cut := &isolate.Handler{Accounts: accounts.New(aws.Config{}, host.AccountID, host.Region), Instances: w.fleet, Beside: w.fleet, Groups: autoscaling.New(w.AutoScaling()), ACLs: w.fleet,
		Ledger: w.ledger, Clock: clock{w}, Log: log}
	_, err = cut.Handle(w.t.Context(), isolate.Request{Claim: quarantine.Claim{Incident: incident, Resource: host, Owner: execution},
		Finding: quarantine.Finding{ID: cmp.Or(w.finding, drill.Name(w.now, [6]byte{1})), EventTime: w.now}, Execution: quarantine.Execution{ID: execution, Name: incident}, Approved: true})
	w.must(err)
	keep := &forensics.Handler{Instances: w.fleet, Disks: w.fleet, Locks: w.fleet, SecurityGroups: w.fleet, Console: w.fleet, Identity: sts.New(w.STS()), Ledger: w.ledger, Clock: clock{w}, Log: log}
	request := forensics.Request{Incident: incident, Resource: host, Execution: quarantine.Execution{ID: execution, Name: "one"}}
	_, err = keep.Handle(w.t.Context(), request)
	w.must(err)
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// drill is one of the world's.
func (w *world) drill() *drill.Drill {
	return &drill.Drill{
		System: "guard", Machine: "guard-release", By: "arn:aws:iam::111122223333:user/alice", Account: host.AccountID, Region: host.Region, Template: infra.Demo,
		Stacks: w, Ledger: w.ledger, Evidence: w, Releaser: w, Leftovers: register.Leftovers(w.fleet, w.ledger, table),
		Say: func(text string) { w.said = append(w.said, text) }, Clock: clock{w},
	}
}

// Release runs the deployed function as the definition does.
func (w *world) Release(ctx context.Context, in quarantine.Incident, machine, reason string) error {
	return w.do("Release "+in.ID, func() error {
		let := &release.Handler{Instances: w.fleet, ACLs: w.fleet, Ledger: w.ledger, Clock: clock{w}, Log: slog.New(slog.DiscardHandler)}
		request := release.Request{Incident: in.ID, By: "alice", Reason: reason, Execution: quarantine.Execution{ID: execution + "-release", Name: machine}}
		for _, request.Step = range []string{release.Begin, release.Subnets, release.Conclude} {
			var err error
			if request.Release, err = let.Handle(ctx, request); err != nil {
				return err
			}
		}
		return nil
	})
}

// Unlock ends a lock.
func (w *world) Unlock(_ context.Context, id string) error {
	return w.do("Unlock", func() error {
		if w.denied {
			return errors.New(id + " could not be unlocked")
		}
		w.unlocked = append(w.unlocked, id)
		return nil
	})
}

// DeleteSnapshot refuses one that is locked.
func (w *world) DeleteSnapshot(_ context.Context, id string) error {
	return w.do("DeleteSnapshot", func() error {
		if !slices.Contains(w.unlocked, id) {
			return fmt.Errorf("%s is locked", id)
		}
		if !slices.Contains(w.deleted, id) {
			w.deleted = append(w.deleted, id)
		}
		return nil
	})
}

// Create takes three minutes.
func (w *world) Create(_ context.Context, stack, template string, parameters map[string]string) (string, error) {
	return stackID, w.do("Create "+stack, func() error {
		if w.stack != nil {
			return &cloudformation.StackExistsError{Stack: stack}
		}
		if template != infra.Demo || parameters["LookupRounds"] != "0" {
			return fmt.Errorf("unexpected template or parameters %v", parameters)
		}
		w.made()
		w.stack.Status, w.moves = cloudformation.CreateInProgress, w.now.Add(3*time.Minute)
		return nil
	})
}

// Stack finds one that is deleted by its id only.
func (w *world) Stack(_ context.Context, stack string) (out cloudformation.Stack, err error) {
	err = w.do("Stack", func() error {
		if w.stack != nil && !w.endless && !w.now.Before(w.moves) {
			w.settle()
		}
		if w.stack == nil || w.stack.Status == cloudformation.DeleteComplete && stack != stackID {
			return &cloudformation.NoStackError{Stack: stack}
		}
		out = *w.stack
		return nil
	})
	return out, err
}

// settle brings what CloudFormation is at to its end.
func (w *world) settle() {
	switch {
	case w.stack.Status == cloudformation.CreateInProgress:
		w.stack.Status = cloudformation.CreateComplete
	case w.stack.Status == cloudformation.DeleteInProgress && w.stuck != "":
		w.stack.Status = cloudformation.DeleteFailed
	case w.stack.Status == cloudformation.DeleteInProgress:
		w.stack.Status = cloudformation.DeleteComplete
	}
}

// Resources are the stack's.
func (w *world) Resources(context.Context, string) (out []cloudformation.Resource, err error) {
	err = w.do("Resources", func() error { out = slices.Clone(w.resources); return nil })
	return out, err
}

// Delete takes two minutes.
func (w *world) Delete(_ context.Context, stack string) error {
	return w.do("Delete", func() error {
		if stack != stackID {
			return fmt.Errorf("unexpected deletion of %s", stack)
		}
		w.stack.Status, w.moves = cloudformation.DeleteInProgress, w.now.Add(2*time.Minute)
		if w.late != nil {
			w.late()
		}
		return nil
	})
}

// DeletionEvents are of a VPC that is stuck.
func (w *world) DeletionEvents(context.Context, string, string) ([]cloudformation.Event, error) {
	return []cloudformation.Event{{LogicalID: "Vpc", Type: "AWS::EC2::VPC", Status: cloudformation.DeleteFailed, Reason: w.stuck}}, nil
}

// acl is the one that the subnet is under.
func (w *world) acl() string {
	w.t.Helper()
	all, err := w.fleet.NetworkACLs(w.t.Context(), host, vpcID)
	w.must(err)
	for _, a := range all {
		if slices.ContainsFunc(a.Associations, func(a quarantine.Association) bool { return a.SubnetID == subnetID }) {
			return a.ID
		}
	}
	return ""
}

// clock is the world's; whoever sleeps advances it.
type clock struct{ w *world }

func (c clock) Now() time.Time { return c.w.now }

func (c clock) Sleep(ctx context.Context, d time.Duration) error {
	c.w.now = c.w.now.Add(d)
	return ctx.Err()
}

func (c clock) RunSideBySide(fns ...func()) {
	for _, fn := range fns {
		fn()
	}
}
