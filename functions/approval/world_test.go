package approval_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ec2-quarantine/quarantine/functions/approval"
	"github.com/ec2-quarantine/quarantine/internal/aws/sfn"
	"github.com/ec2-quarantine/quarantine/internal/aws/sns"
	"github.com/ec2-quarantine/quarantine/internal/command"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/waiting"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/slack"
)

// Secrets that no output may contain.
const (
	plantedKey     = "planted-signing-key-of-32-bytes!"
	plantedWebhook = "https://hooks.slack.invalid/services/planted-webhook"
)

const table = "quarantine"

// world is an in-memory account with a ledger, a topic and a webhook, and
// executions that wait for answers. Its clock moves only by advance.
type world struct {
	*account.Account
	*clock
	t      *testing.T
	ledger *ledger.Ledger
	tasks  *waiting.Tasks
	topic  string // ARN

	// The package's types, built by join.
	signer  *approval.Signer
	decider *approval.Decider
	asker   *approval.Asker
	server  *approval.Server

	logged  *logs
	token   string                     // of the first waiting task
	secrets []string                   // all task tokens
	request quarantine.ApprovalRequest // the question; not recorded in an empty world
	calls   int                        // number of calls made during setup
}

// newWorld is a world with one question on record.
func newWorld(t *testing.T, changes ...func(*quarantine.ApprovalRequest)) *world {
	t.Helper()
	w := emptyWorld(t)
	w.request = asked(quarantine.PurposeRelease)
	for _, change := range changes {
		change(&w.request)
	}
	r, err := w.ledger.Ask(t.Context(), w.request, w.token)
	if err == nil {
		err = w.ledger.AskedThrough(t.Context(), r.ID, []string{"slack", "sns"})
	}
	if err != nil {
		t.Fatal(err)
	}
	w.calls = len(w.Calls())
	return w
}

// emptyWorld is a world without a question on record.
func emptyWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, clock: &clock{now: noon}, logged: &logs{}}
	w.Account = account.New(account.Options{Clock: w.clock})
	if _, err := w.DynamoDB().CreateTable(t.Context(), ledger.TableDefinition(table)); err != nil {
		t.Fatal(err)
	}
	w.ledger = ledger.New(w.DynamoDB(), table)
	w.ledger.Clock = w.clock
	w.tasks = waiting.New(w.States)
	w.token = w.begin()
	w.signer = newSigner(t, "https://approve.example")
	w.join()
	w.calls = len(w.Calls())
	t.Cleanup(func() { w.secretless("the log", w.logged.String()) })
	return w
}

// join builds the package's types as its main does.
func (w *world) join() {
	w.t.Helper()
	w.topic = w.AddTopic("alerts")
	room, err := slack.New(plantedWebhook, &http.Client{Transport: w.Webhook()})
	if err != nil {
		w.t.Fatal(err)
	}
	log, tasks := slog.New(slog.NewTextHandler(w.logged, nil)), sfn.New(w.tasks)
	w.decider = &approval.Decider{Approvals: w.ledger, Tasks: tasks, Clock: w.clock, Log: log}
	w.asker = &approval.Asker{
		Approvals: w.ledger, Tasks: tasks, Channels: []quarantine.Channel{room, sns.NewSubscribed(w.SNS(), w.topic, w.clock, log)},
		Signer: approval.Ready(w.signer), Buttons: true, Clock: w.clock, Log: log,
	}
	w.server = &approval.Server{
		Decider: w.decider, Incidents: w.ledger, Commands: command.Place{Stack: "guard", Region: "eu-west-1"}, Signer: approval.Ready(w.signer), Clock: w.clock, Log: log,
	}
}

// begin starts one more waiting task, and returns its token.
func (w *world) begin() string {
	w.t.Helper()
	token := w.tasks.Begin(w.t)
	w.secrets = append(w.secrets, token)
	return token
}

// told is the decision that an execution received, if any.
func (w *world) told() (quarantine.Decision, bool) {
	w.t.Helper()
	all := w.tasks.Told(w.t)
	if len(all) > 1 {
		w.t.Errorf("the state machine was told more than once: %+v", all)
	}
	if len(all) == 0 {
		return quarantine.Decision{}, false
	}
	return all[0], true
}

// at is a request as the ledger has it.
func (w *world) at(id string) quarantine.ApprovalRequest {
	w.t.Helper()
	r, err := w.ledger.Request(w.t.Context(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

// made are the operations of the calls since setup.
func (w *world) made() (all []string) {
	for _, c := range w.Calls()[w.calls:] {
		all = append(all, c.Operation)
	}
	return all
}

// unchanged checks that nothing was written and no task was answered.
func (w *world) unchanged(t *testing.T, what string) {
	t.Helper()
	for _, c := range w.Calls()[w.calls:] {
		if c.Mutating {
			t.Errorf("%s: %s was called", what, c.Operation)
		}
	}
}

// secretless checks that a text contains no secret.
func (w *world) secretless(what, text string) {
	w.t.Helper()
	link := w.signer.URL(w.request.ID, w.request.ExpiresAt)
	for _, secret := range append(w.secrets, plantedKey, "planted-webhook", link[strings.Index(link, "&s=")+3:]) {
		if strings.Contains(text, secret) {
			w.t.Errorf("%s shows %q:\n%s", what, secret, text)
		}
	}
}

// Kinds of faults.
var (
	throttled  = account.Fault{Kind: account.Throttle}
	denied     = account.Fault{Kind: account.Deny}
	unanswered = account.Fault{Kind: account.TimeoutBefore}
)

// failing makes calls of an operation fail after the first skip calls; operation ""
// means all operations of the service.
func (w *world) failing(f account.Fault, service, operation string, skip int) (mend func()) {
	f.Service, f.Operation, f.Skip = service, operation, skip
	return w.Inject(f)
}

// meanwhile runs act, as a concurrent caller, when the next call of the operation arrives.
func (w *world) meanwhile(operation string, act func()) {
	w.Inject(account.Fault{Operation: operation, Kind: account.Interfere, Times: 1, Do: func(account.Call) { act() }})
}

// answered answers the first task without the ledger, as somebody else's decision.
func (w *world) answered() {
	w.t.Helper()
	if err := sfn.New(w.tasks).Succeed(w.t.Context(), w.token, word); err != nil {
		w.t.Error(err)
	}
}

// expire writes what the state machine writes when nobody has answered in time.
func (w *world) expire() {
	w.t.Helper()
	text := func(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
	_, err := w.DynamoDB().UpdateItem(w.t.Context(), &dynamodb.UpdateItemInput{
		TableName: aws.String(table), Key: map[string]types.AttributeValue{"pk": text("REQUEST#" + w.request.ID), "sk": text("REQUEST")},
		UpdateExpression:         aws.String("SET #status = :expired REMOVE #token"),
		ExpressionAttributeNames: map[string]string{"#status": "status", "#token": "token"}, ExpressionAttributeValues: map[string]types.AttributeValue{":expired": text("expired")},
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// clock moves only by advance; Sleep sleeps in real time.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Sleep does not move the clock.
func (*clock) Sleep(ctx context.Context, d time.Duration) error {
	return quarantine.SystemClock{}.Sleep(ctx, d)
}

// RunSideBySide runs each function in a goroutine.
func (*clock) RunSideBySide(fns ...func()) { quarantine.SystemClock{}.RunSideBySide(fns...) }

func (c *clock) advance(to time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = to
}

// logs is the log output; the test fails if it contains a secret.
type logs struct {
	mu sync.Mutex
	bytes.Buffer
}

func (l *logs) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.Buffer.Write(b)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.Buffer.String()
}
