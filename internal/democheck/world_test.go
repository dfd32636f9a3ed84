package democheck_test

import (
	"context"
	"log/slog"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/functions/forensics"
	"github.com/ec2-quarantine/quarantine/functions/isolate"
	"github.com/ec2-quarantine/quarantine/functions/release"
	"github.com/ec2-quarantine/quarantine/internal/aws/accounts"
	"github.com/ec2-quarantine/quarantine/internal/aws/autoscaling"
	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/aws/sts"
	"github.com/ec2-quarantine/quarantine/internal/command"
	"github.com/ec2-quarantine/quarantine/internal/democheck"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

const (
	table       = "quarantine"
	originalACL = "acl-0aaaaaaaaaaaaaaaa"
	incident    = "inc-20000101-0123456789"
	second      = "inc-20260203-aaaaaaaaaa"
	execution   = "arn:aws:states:eu-west-1:111122223333:execution:quarantine:one"
	volume      = "vol-0123456789abcdef0"
)

var demo = democheck.Demo{
	Stack:    "quarantine-demo",
	Resource: quarantine.Resource{AccountID: "111122223333", Region: "eu-west-1", Kind: quarantine.KindInstance, ID: "i-0123456789abcdef0"},
	VPCID:    "vpc-0123456789abcdef0", SubnetID: "subnet-0123456789abcdef0", URL: "http://203.0.113.10/",
}

// world is an in-memory account in which the deployment's functions run at set times
// after its start. The times are those of a synctest bubble.
type world struct {
	*account.Account
	t      *testing.T
	fleet  *ec2.Client
	ledger *ledger.Ledger

	start time.Time
	// Times after the start: when the page begins and ends to answer; when the finding
	// arrives, the ACL is in effect and on record, and the evidence is complete; when
	// the release is over. Zero is from the start on, and never is never.
	pageUp, pageDown, finding, cut, evidence, released time.Duration

	refuses   bool              // the page's port refuses connections instead of dropping packets
	stopped   bool              // the instance is stopped
	opened    bool              // somebody adds rules to the quarantine ACL
	cutStatus quarantine.Status // the lock's status from the finding on; "" for the normal one
	spoilt    bool              // the snapshots fail
	question  string
	again     bool // a second finding after the release

	started  int    // number of drills
	drillEnd string // how a drill's execution ended without an incident
}

const never = 1000 * time.Hour

// timeout is the run's time limit: longer than the longest of the steps' own limits.
const timeout = 15 * time.Minute

// early is by how much events happen before the check looks.
const early = time.Millisecond

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, start: time.Now(), pageDown: never, finding: never, cut: never, evidence: never, released: never,
		Account: account.New(account.Options{AccountID: demo.Resource.AccountID, SnapshotTime: time.Second})}
	w.AddDefined(ledger.TableDefinition(table))
	w.fleet, w.ledger = ec2.New(stoppable{w.EC2(), w}), ledger.New(w.DynamoDB(), table)
	w.AddVPC(account.VPC{ID: demo.VPCID})
	w.AddACL(account.ACL{ID: originalACL, VPC: demo.VPCID})
	w.AddSubnet(account.Subnet{ID: demo.SubnetID, VPC: demo.VPCID, CIDR: "10.0.1.0/24", ACL: originalACL})
	w.AddInstance(account.Instance{ID: demo.Resource.ID, Volumes: []account.Volume{{ID: volume}},
		Interfaces: []account.Interface{{Subnet: demo.SubnetID, PrivateIP: "10.0.1.10"}}})
	return w
}

// quarantined is a world in which the finding arrives after a time and everything
// succeeds: isolation 3 s later, complete evidence 90 s later.
func quarantined(t *testing.T, after time.Duration) *world {
	t.Helper()
	w := newWorld(t)
	w.quarantined(after, 3*time.Second, 90*time.Second)
	return w
}

func (w *world) quarantined(after, cut, evidence time.Duration) {
	w.finding, w.cut = after-early, after+cut-early
	w.pageDown, w.evidence = w.cut, w.cut+evidence
}

func (w *world) since(d time.Duration) bool { return time.Since(w.start) >= d }

// stoppable is an EC2 with stopped instances, which the in-memory account does not have.
type stoppable struct {
	*account.EC2
	w *world
}

func (s stoppable) DescribeInstances(ctx context.Context, in *awsec2.DescribeInstancesInput, opts ...func(*awsec2.Options)) (*awsec2.DescribeInstancesOutput, error) {
	out, err := s.EC2.DescribeInstances(ctx, in, opts...)
	if err == nil && s.w.stopped {
		out.Reservations[0].Instances[0].State = &ec2types.InstanceState{Name: ec2types.InstanceStateNameStopped}
	}
	return out, err
}

// functions are the deployment's functions.
func (w *world) functions() (*isolate.Handler, *forensics.Handler, *release.Handler) {
	log := slog.New(slog.DiscardHandler)
	return &isolate.Handler{Accounts: accounts.New(aws.Config{}, demo.Resource.AccountID, demo.Resource.Region), Instances: w.fleet, Beside: w.fleet, Groups: autoscaling.New(w.AutoScaling()), ACLs: w.fleet, Ledger: w.ledger, Clock: quarantine.SystemClock{}, Log: log},
		&forensics.Handler{Instances: w.fleet, Disks: w.fleet, Locks: w.fleet, SecurityGroups: w.fleet, Console: w.fleet, Identity: sts.New(w.STS()), Ledger: w.ledger,
			Clock: quarantine.SystemClock{}, Log: log},
		&release.Handler{Instances: w.fleet, ACLs: w.fleet, Ledger: w.ledger, Clock: quarantine.SystemClock{}, Log: log}
}

// begin starts the events in goroutines, which end with the test.
func (w *world) begin() {
	if w.question != "" {
		_, err := w.ledger.Ask(w.t.Context(), quarantine.ApprovalRequest{ID: w.question, Purpose: quarantine.PurposeIsolate, Resource: demo.Resource,
			AskedAt: time.Now(), ExpiresAt: time.Now().Add(time.Hour), Status: quarantine.RequestPending}, "token")
		w.must(err)
	}
	go w.play(w.t.Context())
	synctest.Wait() // events at time zero have happened
}

// play runs the executions' steps, one after the other.
func (w *world) play(ctx context.Context) {
	for _, s := range []struct {
		at time.Duration
		do func(context.Context)
	}{
		{w.finding, func(ctx context.Context) { w.lock(ctx, incident, execution) }},
		{w.cut, func(ctx context.Context) { w.contain(ctx, incident, execution) }},
		{min(w.evidence, w.released-early), w.conclude},
		{w.released - early, w.undo},
	} {
		if wait(ctx, time.Until(w.start.Add(s.at))) != nil || s.at >= never-early {
			return
		}
		s.do(ctx)
	}
}

func wait(ctx context.Context, d time.Duration) error { return quarantine.SystemClock{}.Sleep(ctx, d) }

// must reports an error of an event, unless the test is over.
func (w *world) must(err error) {
	if err != nil && w.t.Context().Err() == nil {
		w.t.Error(err)
	}
}

// lock writes the lock as the state machine does.
func (w *world) lock(ctx context.Context, incident, owner string) {
	status := quarantine.StatusIsolating
	if w.cutStatus != "" {
		status = w.cutStatus
	}
	text := func(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
	_, err := w.DynamoDB().PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String(table), Item: map[string]types.AttributeValue{
		"pk": text(quarantine.LockKey(demo.Resource)), "sk": text("LOCK"), "incident": text(incident), "owner": text(owner),
		"status": text(string(status)), "leaseUntil": &types.AttributeValueMemberN{Value: "4102444800"},
	}})
	w.must(err)
}

// contain isolates the instance and starts the evidence.
func (w *world) contain(ctx context.Context, incident, owner string) {
	cut, keep, _ := w.functions()
	done, err := cut.Handle(ctx, isolate.Request{
		Claim:     quarantine.Claim{Incident: incident, Resource: demo.Resource, Owner: owner},
		Finding:   quarantine.Finding{ID: "finding-1", EventTime: w.start.Add(w.finding)},
		Execution: quarantine.Execution{ID: owner, Name: incident}, Approved: true,
	})
	w.must(err)
	if w.spoilt {
		w.FailSnapshots(volume)
	}
	_, err = keep.Handle(ctx, evidenceOf(incident, nil))
	w.must(err)
	if w.opened {
		w.OpenACL(done.Subnets[0].After)
	}
}

func evidenceOf(incident string, known *forensics.Evidence) forensics.Request {
	return forensics.Request{Incident: incident, Resource: demo.Resource, Evidence: known, Execution: quarantine.Execution{ID: execution, Name: "one"}}
}

// conclude checks the snapshots once they have ended.
func (w *world) conclude(ctx context.Context) {
	_, keep, _ := w.functions()
	_, err := keep.Handle(ctx, evidenceOf(incident, &forensics.Evidence{}))
	w.must(err)
}

// undo releases the incident, and isolates the instance again if there is a second finding.
func (w *world) undo(ctx context.Context) {
	_, _, let := w.functions()
	in := release.Request{Incident: incident, By: "somebody", Reason: "rebuilt", Execution: quarantine.Execution{ID: execution + "-release", Name: "release"}}
	for _, in.Step = range []string{release.Begin, release.Subnets, release.Conclude} {
		var err error
		in.Release, err = let.Handle(ctx, in)
		w.must(err)
	}
	if w.again {
		w.lock(ctx, second, execution+"-again")
		w.contain(ctx, second, execution+"-again")
	}
}

// association is the ACL on the demo's subnet, and the id of the association.
func (w *world) association() (acl, association string) {
	w.t.Helper()
	all, err := w.fleet.NetworkACLs(w.t.Context(), demo.Resource, demo.VPCID)
	w.must(err)
	for _, a := range all {
		if at := slices.IndexFunc(a.Associations, func(a quarantine.Association) bool { return a.SubnetID == demo.SubnetID }); at >= 0 {
			return a.ID, a.Associations[at].ID
		}
	}
	return "", ""
}

// Kinds of faults.
const (
	denied    = account.Deny
	throttled = account.Throttle
)

// failing makes reading the ledger fail between two times.
func (w *world) failing(how account.Kind, from, to time.Duration) {
	go func() {
		if wait(w.t.Context(), from) == nil {
			w.Inject(account.Fault{Service: "dynamodb", Kind: how, Until: w.start.Add(to), Match: func(c account.Call) bool { return !c.Mutating }})
		}
	}()
}

// check is a Check of the world, with a record of what it reports.
func (w *world) check() (*democheck.Check, *told) {
	w.begin()
	t := &told{}
	return &democheck.Check{
		Demo: demo, Page: w, EC2: w.fleet, Records: &democheck.Ledger{Ledger: w.ledger, Demo: demo}, Timeout: timeout, At: command.Place{Stack: "S"},
		Tell:    func(s democheck.Step) { t.steps = append(t.steps, s) },
		Waiting: func(_ time.Duration, what string) { t.waits = append(t.waits, what) },
	}, t
}

type told struct {
	steps []democheck.Step
	waits []string
}
