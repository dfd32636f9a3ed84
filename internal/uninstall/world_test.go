package uninstall_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/aws/cloudformation"
	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/uninstall"
)

const (
	stackName = "guard"
	stackID   = "arn:aws:cloudformation:eu-west-1:111122223333:stack/guard/11111111-2222-3333-4444-555555555555"
	table     = "guard-Ledger-1A2B3C"
	machine   = "arn:aws:states:eu-west-1:111122223333:stateMachine:guard-quarantine"
	releases  = "arn:aws:states:eu-west-1:111122223333:stateMachine:guard-release"
	bucket    = "quarantine-artifacts-111122223333"
)

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

// world is a deployment behind the ports: an incident holds a subnet, a stack exists, a
// bucket has objects, and a snapshot is on record.
type world struct {
	stack     cloudformation.Stack
	resources []cloudformation.Resource
	events    []cloudformation.Event
	broken    map[string]string // reasons why resources cannot be deleted, by logical id
	late      bool              // right after a deletion started, the status is still the old one
	namesake  string            // the id of a newer stack of the same name
	forgotten bool              // CloudFormation does not list the stack any more

	// The account has incidents, ACLs and snapshots, behind the real adapters.
	*account.Account
	t      *testing.T
	fleet  *ec2.Client
	ledger *ledger.Ledger
	acls   map[string]string   // quarantine ACLs, by incident
	listed map[string][]string // snapshots on record, by incident
	groups []string            // that a measure made
	// takesBack tells whether a release takes security groups back, too, as the state machine does.
	takesBack bool
	drifts    bool // somebody changes the subnet's ACL before its release

	// What the in-memory account does not have: tags and deletion of tables, buckets,
	// lists of executions, and deletion of snapshots.
	table   *uninstall.Table
	buckets map[string]map[string]string // tags, by bucket name
	deleted []string                     // snapshots
	locked  string                       // a snapshot that cannot be deleted
	running []string
	inputs  map[string]string // inputs of executions, by ARN
	endless bool              // executions run until they are stopped

	now   time.Time
	said  []string
	calls []string
	on    func(call string) // called before each call, as a concurrent caller
	// The call with this number, from 1, fails: before it has its effect or after it,
	// with err, or by cancel.
	at     int
	after  bool
	err    error
	cancel context.CancelFunc
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{
		t: t, acls: map[string]string{}, listed: map[string][]string{},
		stack:   cloudformation.Stack{ID: stackID, Name: stackName, Status: "CREATE_COMPLETE"},
		broken:  map[string]string{},
		table:   &uninstall.Table{Name: table, Keys: []string{"pk", "sk"}, Stack: stackName, Items: 12, Bytes: 3_400_000, Protected: true},
		buckets: map[string]map[string]string{bucket: {uninstall.StackTag: stackName}},
		now:     noon,
	}
	for id, kind := range map[string]string{"Ledger": "AWS::DynamoDB::Table", "QuarantineStateMachine": "AWS::StepFunctions::StateMachine",
		"ReleaseStateMachine": "AWS::StepFunctions::StateMachine", "FindingsRule": "AWS::Events::Rule", "TriageFunctionLogs": "AWS::Logs::LogGroup"} {
		name := map[string]string{"Ledger": table, "QuarantineStateMachine": machine, "ReleaseStateMachine": releases}[id]
		w.resources = append(w.resources, cloudformation.Resource{LogicalID: id, PhysicalID: name, Type: kind, Status: "CREATE_COMPLETE"})
	}
	w.Account = account.New(account.Options{AccountID: "111122223333", Clock: worldClock{w}})
	w.AddDefined(ledger.TableDefinition(table))
	w.fleet, w.ledger = ec2.New(w.EC2()), ledger.New(w.DynamoDB(), table)
	slices.SortFunc(w.resources, func(a, b cloudformation.Resource) int { return strings.Compare(a.LogicalID, b.LogicalID) })
	return w
}

// over is an Uninstaller for the world.
func over(w *world, o uninstall.Options) *uninstall.Uninstaller {
	o.Stack = cmp.Or(o.Stack, stackName)
	return &uninstall.Uninstaller{
		Options: o, Stacks: w, Buckets: w, Account: w, Instances: w, Tables: w, Executions: w, Releaser: w,
		Ledger:   func(name string) uninstall.IncidentLedger { w.mustBe(name); return w },
		Evidence: w,
		Say:      func(text string) { w.said = append(w.said, text) },
		Clock:    worldClock{w},
	}
}

// worldClock is the world's clock; Sleep advances it.
type worldClock struct{ w *world }

func (h worldClock) Now() time.Time { return h.w.now }

func (h worldClock) Sleep(ctx context.Context, d time.Duration) error {
	h.w.now = h.w.now.Add(d)
	return ctx.Err()
}

// RunSideBySide runs the functions one after the other: the world is for one goroutine.
func (worldClock) RunSideBySide(fns ...func()) {
	for _, fn := range fns {
		fn()
	}
}

func (*world) mustBe(name string) {
	if name != table {
		panic("table " + name + " is not the world's")
	}
}

// attempt calls Look and Run, as the command does.
func attempt(ctx context.Context, w *world, o uninstall.Options) (*uninstall.Report, error) {
	u := over(w, o)
	plan, err := u.Look(ctx)
	if err != nil {
		return nil, err
	}
	if err := u.Refusal(plan); err != nil {
		return nil, err
	}
	return u.Run(ctx, plan)
}

// uninstalled is an attempt that must succeed, or fail with a CutOffError if subnets
// are isolated.
func uninstalled(t *testing.T, w *world, o uninstall.Options) *uninstall.Report {
	t.Helper()
	report, err := attempt(t.Context(), w, o)
	if _, cut := errors.AsType[*uninstall.CutOffError](err); err != nil && !cut {
		t.Fatal(err)
	} else if cut != (len(report.Left.Closed) > 0) {
		t.Fatalf("still closed: %+v, but the error is %v", report.Left.Closed, err)
	}
	return report
}

// do makes one call, which fails if it is the one at w.at.
func (w *world) do(ctx context.Context, call string, effect func() error) error {
	w.calls = append(w.calls, call)
	if w.on != nil {
		w.on(call)
	}
	hit := len(w.calls) == w.at
	if hit && !w.after {
		return w.goWrong()
	}
	if err := ctx.Err(); err != nil {
		return quarantine.Failf(quarantine.Unavailable, "%s: %w", call, err)
	}
	err := effect()
	if hit {
		return w.goWrong()
	}
	return err
}

func (w *world) goWrong() error {
	if w.cancel != nil {
		w.cancel()
		return quarantine.Failf(quarantine.Unavailable, "the call was cut short: %w", context.Canceled)
	}
	return w.err
}

// did tells whether a call was made.
func (w *world) did(call string) bool { return slices.Contains(w.calls, call) }

// end describes the end state of the world, for comparison.
func (w *world) end() string {
	w.t.Helper()
	var out []string
	add := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	add("stack %s", w.stack.Status)
	for _, in := range w.overview() {
		add("incident %s %s", in.ID, in.Status)
		for _, s := range w.tagged(in.ID) {
			add("snapshot %s", s.ID)
		}
	}
	for _, acl := range w.customACLs() {
		var subnets []string
		for _, a := range acl.Associations { // without the associations' ids, which vary
			subnets = append(subnets, a.SubnetID)
		}
		add("acl %s %v", acl.ID, subnets)
	}
	for _, group := range w.groups {
		add("security group: gone %t", w.gone(group))
	}
	for b := range w.buckets {
		add("bucket %s", b)
	}
	add("table %t", w.table != nil)
	add("running %v", w.running)
	return strings.Join(out, "\n")
}

var errDenied = quarantine.Failf(quarantine.AccessDenied, "denied: you need the action")

// remains returns the StepError of an error.
func remains(t *testing.T, err error) *uninstall.StepError {
	t.Helper()
	step, ok := errors.AsType[*uninstall.StepError](err)
	if !ok || len(step.Remains) == 0 || step.Remains[0] != step.Step || !strings.Contains(err.Error(), "What remains: "+step.Step) {
		t.Fatalf("%v does not say what remains", err)
	}
	return step
}
