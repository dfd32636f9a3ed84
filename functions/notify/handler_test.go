package notify_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/functions/notify"
	"github.com/ec2-quarantine/quarantine/internal/aws/sns"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/message"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/quarantine/clocktest"
	"github.com/ec2-quarantine/quarantine/internal/slack"
)

const (
	table    = "quarantine"
	incident = "inc-20261102-0a1b2c3d4e"
)

var noon = time.Date(2026, 11, 2, 12, 0, 7, 0, time.UTC)

// contained is the smallest news of kind contained that can be composed.
func contained() quarantine.News {
	return quarantine.News{Kind: quarantine.KindContained, Containment: &quarantine.Containment{
		Instance: quarantine.Instance{ID: "i-0a1b2c3d4e5f60718"},
		Subnets: []quarantine.Quarantine{{
			SubnetID: "subnet-0aaa1111", After: "acl-0quarantine", AfterVersion: "aclassoc-0after", VerifiedAt: noon,
		}},
	}}
}

// rooms is an in-memory account with a topic and a webhook.
type rooms struct {
	*account.Account
	topic    string
	ledger   *ledger.Ledger
	channels []quarantine.Channel // SNS, then Slack
	logged   bytes.Buffer
	log      *slog.Logger // to logged: the only one, for it is what holds lines apart
	measured []quarantine.Measurement
}

func newRooms(t *testing.T, o account.Options) *rooms {
	t.Helper()
	r := &rooms{Account: account.New(o)}
	r.log = slog.New(slog.NewTextHandler(&r.logged, nil))
	r.AddDefined(ledger.TableDefinition(table))
	r.ledger = ledger.New(r.DynamoDB(), table)
	room, err := slack.New("https://hooks.slack.invalid/services/planted", &http.Client{Transport: r.Webhook()})
	if err != nil {
		t.Fatal(err)
	}
	r.topic = r.AddTopic("alerts")
	r.channels = []quarantine.Channel{sns.NewSubscribed(r.SNS(), r.topic, quarantine.SystemClock{}, r.log), room}
	return r
}

// handler is built as the function's main builds it.
func (r *rooms) handler() *notify.Handler {
	return &notify.Handler{Ledger: r.ledger, Channels: r.channels, Clock: clocktest.At(noon), Log: r.log,
		Meter: func(all ...quarantine.Measurement) { r.measured = append(r.measured, all...) }}
}

// refusing makes a service refuse every message with that kind of fault.
func (r *rooms) refusing(service string, how account.Kind) {
	r.Inject(account.Fault{Service: service, Kind: how})
}

// took is the number of messages that each channel accepted.
func (r *rooms) took() map[string]int {
	return map[string]int{"sns": len(r.Published()), "slack": len(r.Posts())}
}

func TestEveryChannelIsSentTheMessage(t *testing.T) {
	t.Parallel()
	r := newRooms(t, account.Options{})
	got, err := r.handler().Handle(t.Context(), contained())
	if err != nil {
		t.Fatal(err)
	}
	want := notify.Report{Kind: quarantine.KindContained, Subject: got.Subject, At: noon,
		Sent: []message.Delivery{{Channel: "sns", OK: true}, {Channel: "slack", OK: true}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]int{"sns": 1, "slack": 1}, r.took()); diff != "" {
		t.Errorf("took (-want +got):\n%s", diff)
	}
	if m := r.Published()[0]; m.Subject == "" || !strings.HasPrefix(got.Subject, "CONTAINED") || m.Subject != got.Subject {
		t.Errorf("the report says %q, and %q was published", got.Subject, m.Subject)
	}
}

func TestOneChannelFailingDoesNotStopTheOther(t *testing.T) {
	t.Parallel()
	for n, service := range []string{"sns", "slack"} {
		r := newRooms(t, account.Options{})
		r.refusing(service, account.Throttle)
		got, err := r.handler().Handle(t.Context(), contained())
		if err != nil {
			t.Fatal(err)
		}
		if d := got.Sent[n]; d.OK || d.Channel != service || !strings.HasPrefix(d.Error, "Throttled: ") || !strings.Contains(d.Error, "try again") {
			t.Errorf("%+v", d)
		}
		if d := got.Sent[1-n]; !d.OK || r.took()[d.Channel] != 1 {
			t.Errorf("%+v", d)
		}
		if log := r.logged.String(); !strings.Contains(log, "channel="+service) || !strings.Contains(log, "Throttled: ") {
			t.Errorf("log: %s", log)
		}
		if diff := cmp.Diff([]quarantine.Measurement{quarantine.Once("ChannelFailed")}, r.measured); diff != "" {
			t.Errorf("measured (-want +got):\n%s", diff)
		}
	}
}

// SNS accepts messages for a topic without subscriptions.
func TestATopicWithoutSubscribersDoesNotCountAsTold(t *testing.T) {
	t.Parallel()
	r := newRooms(t, account.Options{})
	r.SetSubscribers(r.topic, account.Subscribers{Pending: 1})
	got, err := r.handler().Handle(t.Context(), contained())
	if err != nil || got.Sent[0].OK || !strings.HasPrefix(got.Sent[0].Error, "NotTold: ") || !got.Sent[1].OK {
		t.Errorf("with Slack: %+v, %v", got.Sent, err)
	}
	r.channels = r.channels[:1]
	_, err = r.handler().Handle(t.Context(), contained())
	if !quarantine.Is(err, quarantine.NotTold) || !strings.Contains(err.Error(), "follow the link in the e-mail") {
		t.Errorf("alone: %v", err)
	}
	if len(r.measured) != 2 {
		t.Errorf("measured %v", r.measured)
	}
	r.SetSubscribers(r.topic, account.Subscribers{Confirmed: 1})
	if _, err := r.handler().Handle(t.Context(), contained()); err != nil {
		t.Errorf("after the subscription is confirmed: %v", err)
	}
}

// A service's error text can contain anything.
func TestAReasonIsOneBoundedLine(t *testing.T) {
	t.Parallel()
	r := newRooms(t, account.Options{})
	r.Inject(account.Fault{Service: "sns", Kind: account.Code, Code: "Throttled", Message: "too\nmany" + strings.Repeat("x", 2000)})
	got, err := r.handler().Handle(t.Context(), contained())
	if err != nil {
		t.Fatal(err)
	}
	if reason := got.Sent[0].Error; !strings.Contains(reason, "too manyxxx") || strings.Contains(reason, "\n") || len(reason) > 900 {
		t.Errorf("%q", reason)
	}
}

func TestNotToldNamesEveryReason(t *testing.T) {
	t.Parallel()
	r := newRooms(t, account.Options{})
	r.refusing("sns", account.Deny)
	r.refusing("slack", account.ServerError)
	_, err := r.handler().Handle(t.Context(), contained())
	if !quarantine.Is(err, quarantine.NotTold) {
		t.Fatalf("got %v, want NotTold", err)
	}
	text := err.Error()
	for _, want := range []string{"no channel took the message: sns: AccessDenied: ", "allow sns:Publish", "; slack: Unavailable: "} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in %q", want, text)
		}
	}
	if strings.Contains(text+r.logged.String(), "planted") {
		t.Errorf("the webhook is shown: %s", text)
	}
}

func TestNoChannelIsNotTold(t *testing.T) {
	t.Parallel()
	r := newRooms(t, account.Options{})
	r.channels = nil
	if _, err := r.handler().Handle(t.Context(), contained()); !quarantine.Is(err, quarantine.NotTold) {
		t.Errorf("got %v, want NotTold", err)
	}
}

func TestNewsThatCannotBeComposedIsNotSent(t *testing.T) {
	t.Parallel()
	r := newRooms(t, account.Options{})
	n := contained()
	n.Containment.Subnets[0].VerifiedAt = time.Time{}
	if _, err := r.handler().Handle(t.Context(), n); !quarantine.Is(err, quarantine.BadRequest) {
		t.Errorf("got %v, want BadRequest", err)
	}
	if len(r.Calls()) != 0 {
		t.Errorf("sent %v", r.took())
	}
}

func TestChannelsAreSentToSideBySide(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		r := newRooms(t, account.Options{Latency: func(string, string) time.Duration { return 5 * time.Second }})
		if _, err := r.handler().Handle(t.Context(), contained()); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took != 5*time.Second {
			t.Errorf("took %s", took)
		}
	})
}

func TestGoroutinesStartOnlyThroughTheClock(t *testing.T) {
	t.Parallel()
	calls := 0
	h := newRooms(t, account.Options{}).handler()
	h.Clock = clocktest.Clock{Concurrent: func(fns ...func()) {
		calls += len(fns)
		for _, fn := range fns {
			fn()
		}
	}}
	if _, err := h.Handle(t.Context(), contained()); err != nil {
		t.Fatal(err)
	}
	if calls != 2 {
		t.Errorf("%d functions went through the clock", calls)
	}
}

// notReleased is news of the incident that knows nothing else of it.
func notReleased() quarantine.News {
	return quarantine.News{Kind: quarantine.KindReleaseFailed, Incident: incident, Failure: &quarantine.CaughtError{Error: "Throttled", Cause: "busy"}}
}

// recorded puts the incident on record, with a subnet that is cut off.
func (r *rooms) recorded(t *testing.T) {
	t.Helper()
	host := quarantine.Resource{Kind: quarantine.KindInstance, AccountID: "111122223333", Region: "eu-west-1", ID: "i-0a1b2c3d4e5f60718"}
	claim := quarantine.Claim{Incident: incident, Resource: host, Owner: "arn:aws:states:eu-west-1:111122223333:execution:quarantine:run-1"}
	q := quarantine.Quarantine{AccountID: host.AccountID, Region: host.Region, VPCID: "vpc-0ccc3333", SubnetID: "subnet-0aaa1111",
		Before: "acl-0original", BeforeVersion: "aclassoc-0before"}
	if err := r.ledger.RecordOriginal(t.Context(), q, claim, ""); err != nil {
		t.Fatal(err)
	}
	q.After, q.AfterVersion, q.VerifiedAt = "acl-0quarantine", "aclassoc-0after", noon
	if _, err := r.ledger.Verified(t.Context(), q); err != nil {
		t.Fatal(err)
	}
	_, err := r.ledger.Contained(t.Context(), claim, quarantine.Finding{ID: "finding-1", Type: "Backdoor:EC2/Spambot", Severity: 8},
		quarantine.Verdict{Action: quarantine.ActionIsolate, Score: 80}, quarantine.Containment{Incident: incident, Subnets: []quarantine.Quarantine{q}, ContainedAt: noon})
	if !quarantine.Is(err, quarantine.LockLost) { // the incident is written before the lock, which nobody has here
		t.Fatal(err)
	}
}

// told is the text that SNS was given last, in one line.
func (r *rooms) told(t *testing.T) string {
	t.Helper()
	all := r.Published()
	if len(all) == 0 {
		t.Fatal("nobody was told")
	}
	return strings.Join(strings.Fields(strings.ReplaceAll(all[len(all)-1].Text, `\n`, " ")), " ")
}

func TestTheMessageSaysWhatIsOnRecord(t *testing.T) {
	t.Parallel()
	r := newRooms(t, account.Options{})
	r.recorded(t)
	written := len(r.Calls())
	if _, err := r.handler().Handle(t.Context(), notReleased()); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"i-0a1b2c3d4e5f60718 in 111122223333/eu-west-1", "subnet-0aaa1111: CUT OFF by acl-0quarantine, read back at 2026-11-02 12:00:07 UTC",
		"--association-id aclassoc-0after --network-acl-id acl-0original", "Backdoor:EC2/Spambot",
	} {
		if !strings.Contains(r.told(t), want) {
			t.Errorf("the text lacks %q:\n%s", want, r.told(t))
		}
	}
	for _, c := range r.Calls()[written:] {
		if c.Service == "dynamodb" && c.Mutating {
			t.Errorf("notify writes: %s", c.Operation)
		}
	}
}

func TestNoMessageIsLostForTheLedger(t *testing.T) {
	t.Parallel()
	const unread = "The ledger could not be read ("
	for name, c := range map[string]struct {
		prepare func(*rooms)
		why     string
	}{
		"denied":    {func(r *rooms) { r.refusing("dynamodb", account.Deny) }, unread + "AccessDenied: "},
		"throttled": {func(r *rooms) { r.refusing("dynamodb", account.Throttle) }, unread + "Throttled: "},
		// It was read, and does not have it.
		"unknown incident": {func(*rooms) {}, "There is no incident " + incident + " on record"},
	} {
		r := newRooms(t, account.Options{})
		c.prepare(r)
		if _, err := r.handler().Handle(t.Context(), notReleased()); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if text := r.told(t); !strings.Contains(text, c.why) ||
			strings.HasPrefix(c.why, unread) && !strings.Contains(text, "this message says only what the execution knew.") {
			t.Errorf("%s: %s", name, text)
		}
		if log := r.logged.String(); !strings.Contains(log, "a message goes out without what is on record") {
			t.Errorf("%s: the log is %s", name, log)
		}
	}
}

// What ends every attempt may be the reading: the last ones do without it.
func TestAMessageThatKeepsFailingIsMadeWithoutTheLedger(t *testing.T) {
	t.Parallel()
	for retry, reads := range map[int]bool{0: true, 2: true, 3: false, 5: false} {
		r := newRooms(t, account.Options{})
		n := notReleased()
		n.Retry = retry
		if _, err := r.handler().Handle(t.Context(), n); err != nil {
			t.Fatal(err)
		}
		read := slices.ContainsFunc(r.Calls(), func(c account.Call) bool { return c.Service == "dynamodb" })
		if read != reads {
			t.Errorf("retry %d: the ledger was read: %t", retry, read)
		}
		if !reads && !strings.Contains(r.told(t), "earlier attempts to tell this have failed, so it was not read again") {
			t.Errorf("retry %d: %s", retry, r.told(t))
		}
	}
}

func TestALedgerThatDoesNotAnswerDelaysAMessageByFiveSeconds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRooms(t, account.Options{Latency: func(service, _ string) time.Duration {
			return map[string]time.Duration{"dynamodb": time.Hour}[service]
		}})
		start := time.Now()
		if _, err := r.handler().Handle(t.Context(), notReleased()); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took != 5*time.Second {
			t.Errorf("took %s", took)
		}
		if !strings.Contains(r.told(t), "The ledger could not be read (Unavailable: ") {
			t.Error(r.told(t))
		}
	})
}

// The event's own words are in the message, and nothing that is not of its form is in
// a command.
func TestAnEventThatCouldNotBeJudgedIsToldWithWhatCanBeReadOfIt(t *testing.T) {
	t.Parallel()
	r := newRooms(t, account.Options{})
	n := quarantine.News{Kind: quarantine.KindContainmentFailed, Failure: &quarantine.CaughtError{Error: quarantine.BadPolicy, Cause: "line 3"},
		Event: []byte(`{"account":"111122223333","region":"eu-west-1","detail":{"type":"Backdoor:EC2/Spambot","title":"$(reboot)",
			"resource":{"instanceDetails":{"instanceId":"i-0a1b2c3d4e5f60718","networkInterfaces":[{"subnetId":"$(reboot)","vpcId":"vpc-0a1b2c3d4e5f60718"}]}}}}`)}
	got, err := r.handler().Handle(t.Context(), n)
	if err != nil {
		t.Fatal(err)
	}
	if want := "NOT CONTAINED (BadPolicy): i-0a1b2c3d4e5f60718 in 111122223333/eu-west-1, Backdoor:EC2/Spambot"; got.Subject != want {
		t.Errorf("subject %q, want %q", got.Subject, want)
	}
	if text := r.told(t); !strings.Contains(text, "The finding was not judged") || strings.Contains(text, "Values=$(reboot)") {
		t.Error(text)
	}
}

// What the event says decides nothing about it, and the ledger's record reaches nobody else.
func TestADrillIsWhatTheLedgerSaysAlone(t *testing.T) {
	t.Parallel()
	const mark = "DRILL. It is a drill"
	tried := quarantine.Resource{AccountID: "111122223333", Region: "eu-west-1", Kind: quarantine.KindInstance, ID: "i-0a1b2c3d4e5f60718"}
	other := tried
	other.ID = "i-0fffffffffffffff0"
	for _, of := range []quarantine.Resource{tried, other} {
		r := newRooms(t, account.Options{})
		r.ledger.Clock = clocktest.At(noon)
		if err := r.ledger.BeginDrill(t.Context(), quarantine.Drill{Resource: tried, By: "alice", From: noon.Add(-time.Minute), Until: noon.Add(time.Hour)}); err != nil {
			t.Fatal(err)
		}
		n := contained()
		n.Containment.Instance.ID, n.Incident = of.ID, incident // of which nothing is on record yet
		n.Triage = &quarantine.Triage{Resource: &of, Finding: quarantine.Finding{Title: mark, Description: mark, Type: "CryptoCurrency:EC2/BitcoinTool.B!DNS", Instances: []quarantine.AccusedInstance{
			{ID: of.ID, Tags: map[string]string{"quarantine:demo": "true", "quarantine:drill": "true", "Name": mark}}}}}
		got, err := r.handler().Handle(t.Context(), n)
		if err != nil || strings.HasPrefix(got.Subject, "[DRILL] CONTAINED") != (of == tried) || len(r.Published()) != 1 {
			t.Errorf("%s: %q, %v", of.ID, got.Subject, err)
		}
	}
}

// An incident that was opened before the drill began is none of its.
func TestAnIncidentOfBeforeADrillIsNone(t *testing.T) {
	t.Parallel()
	of := quarantine.Resource{AccountID: "111122223333", Region: "eu-west-1", Kind: quarantine.KindInstance, ID: "i-0a1b2c3d4e5f60718"}
	for from, says := range map[time.Duration]bool{-time.Second: true, 0: true, time.Second: false} {
		r := newRooms(t, account.Options{})
		r.ledger.Clock = clocktest.At(noon)
		text := func(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
		opened, err := attributevalue.MarshalMap(map[string]any{"pk": "INCIDENT#" + incident, "sk": "INCIDENT", "status": "contained", "openedAt": noon.Format("2006-01-02T15:04:05.000Z")})
		if err != nil {
			t.Fatal(err)
		}
		opened["resource"] = &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{
			"kind": text("instance"), "accountId": text(of.AccountID), "region": text(of.Region), "id": text(of.ID)}}
		if _, err := r.DynamoDB().PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String(table), Item: opened}); err != nil {
			t.Fatal(err)
		}
		if err := r.ledger.BeginDrill(t.Context(), quarantine.Drill{Resource: of, By: "alice", From: noon.Add(from), Until: noon.Add(time.Hour)}); err != nil {
			t.Fatal(err)
		}
		n := contained()
		n.Incident = incident
		got, err := r.handler().Handle(t.Context(), n)
		if err != nil || strings.HasPrefix(got.Subject, "[DRILL] ") != says {
			t.Errorf("a drill that begins %s after the incident was opened: %q, %v", from, got.Subject, err)
		}
	}
}
