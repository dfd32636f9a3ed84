package cost

import (
	"bytes"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/lab/golden"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
)

func simulated(t *testing.T) Cases {
	t.Helper()
	c, err := Simulated(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestEveryPriceSaysWhatItIsForAndWhereItWasRead(t *testing.T) {
	t.Parallel()
	if _, err := time.Parse(time.DateOnly, Prices.Read); err != nil || Prices.Region == "" {
		t.Errorf("read on %q in %q: %v", Prices.Read, Prices.Region, err)
	}
	for name, p := range Prices.Prices {
		if p.USD <= 0 || p.Per <= 0 || p.Unit == "" || p.Service == "" {
			t.Errorf("%s: %+v", name, p)
		}
		if !strings.HasPrefix(p.Source, "https://") || !strings.HasPrefix(p.AWS, "https://aws.amazon.com/") {
			t.Errorf("%s was read at %q and is published at %q", name, p.Source, p.AWS)
		}
		if _, err := time.Parse(time.DateOnly, p.Stated); p.Stated != "" && err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// run reports one execution of one task, tried twice, that calls DynamoDB and SNS.
func run() *simulate.Report {
	at := func(ms int) time.Time { return time.UnixMilli(int64(ms)).UTC() }
	lambda := &history.TaskScheduled{TaskResource: history.TaskResource{ResourceType: "lambda", Resource: "invoke"}}
	started := &history.TaskResource{ResourceType: "lambda"}
	return &simulate.Report{
		Executions: []history.Execution{{Name: "one", History: []history.Event{
			{ID: 1, Type: "ExecutionStarted"},
			{ID: 2, Type: "TaskStateEntered", StateEntered: &history.StateEntered{Name: "Work"}},
			{ID: 3, PreviousEventID: 2, Type: "TaskScheduled", TaskScheduled: lambda, Timestamp: at(0)},
			{ID: 4, PreviousEventID: 3, Type: "TaskStarted", TaskStarted: started, Timestamp: at(0)},
			{ID: 5, PreviousEventID: 4, Type: "TaskFailed", Timestamp: at(300)},
			{ID: 6, PreviousEventID: 5, Type: "TaskScheduled", TaskScheduled: lambda, Timestamp: at(1000)},
			{ID: 7, PreviousEventID: 6, Type: "TaskStarted", TaskStarted: started, Timestamp: at(1000)},
			{ID: 8, PreviousEventID: 7, Type: "TaskSucceeded", Timestamp: at(1500)},
			{ID: 9, PreviousEventID: 8, Type: "SucceedStateEntered", StateEntered: &history.StateEntered{Name: "Done"}},
		}}, {Name: "other"}},
		Ledger: []any{map[string]any{"pk": strings.Repeat("x", 1500)}, map[string]any{"pk": "x"}},
		Calls: []simulate.Call{
			{Execution: "one", Service: "dynamodb", Operation: "UpdateItem"},
			{Execution: "one", Service: "dynamodb", Operation: "PutItem", Error: "ConditionalCheckFailedException"},
			{Execution: "one", Service: "dynamodb", Operation: "GetItem"},
			{Execution: "one", Service: "sns", Operation: "Publish"},
			{Execution: "one", Service: "ec2", Operation: "CreateSnapshots"},
			{Execution: "one", Service: "ec2", Operation: "CreateSnapshots", Error: "RequestLimitExceeded"},
			{Execution: "other", Service: "sns", Operation: "Publish"},
		},
		Account: simulate.Account{Snapshots: []any{map[string]any{"VolumeSize": 8}, map[string]any{"VolumeSize": 20}}},
	}
}

func TestWhatIsCharged(t *testing.T) {
	t.Parallel()
	want := map[string]float64{
		"transitions": 3, // two states, and a retry
		"invocations": 2,
		"compute":     (0.3 + 0.5 + 2*0.1) * 512 / 1024,
		"writes":      2 * 1.5, // the items take two units and one
		"reads":       1,
		"publishes":   1,
		"emails":      1,
		"snapshots":   28,
		"traces":      1,
		"logs":        (2*2048 + 9*600) / float64(1<<30),
	}
	b := Of("one", run(), "one")
	for _, l := range b.Lines {
		if w, checked := want[l.Price]; checked && math.Abs(l.Quantity-w) > 1e-12 {
			t.Errorf("%s: got %v, want %v", l.Price, l.Quantity, w)
		}
		delete(want, l.Price)
	}
	if len(want) > 0 {
		t.Errorf("not charged: %v", want)
	}
	if all := Of("all", run()); all.Of("SNS") <= b.Of("SNS") || all.Of("X-Ray") != 2*b.Of("X-Ray") {
		t.Errorf("without names, every execution must be counted: got %+v", all)
	}
}

func TestBillsAddUp(t *testing.T) {
	t.Parallel()
	snapshots := Bill{Lines: []Line{{"snapshots", 28}}}
	if got := snapshots.USD(); math.Abs(got-1.40) > 1e-9 {
		t.Errorf("28 GB-months at 0.05 cost %v", got)
	}
	b := Sum("both", snapshots.Times(10), Bill{Lines: []Line{{"alarms", 3}, {"snapshots", 2}}})
	if got := b.USD(); math.Abs(got-14.40) > 1e-9 || math.Abs(b.Of("EBS snapshots")-14.10) > 1e-9 || len(b.Lines) != 2 {
		t.Errorf("got %v: %+v", got, b)
	}
	if snapshots.Lines[0].Quantity != 28 {
		t.Error("Times changed the bill that it multiplied")
	}
}

func TestTheSimulatedCases(t *testing.T) {
	t.Parallel()
	c := simulated(t)
	for _, b := range []Bill{c.Incident, c.Duplicate, c.Ignored, c.Look, c.Stack()} {
		for _, l := range b.Lines {
			if _, known := Prices.Prices[l.Price]; !known {
				t.Errorf("%s: prices.yaml has no %s", b.Name, l.Price)
			}
		}
	}
	evidence := c.Incident.Of("EBS snapshots")
	if ignored, duplicate, incident := c.Ignored.USD(), c.Duplicate.USD(), c.Incident.USD()-evidence; ignored <= 0 || duplicate <= ignored || incident <= duplicate {
		t.Errorf("ignored %v, duplicate %v, incident %v without its snapshots", ignored, duplicate, incident)
	}
	if c.Duplicate.Of("EBS snapshots") != 0 || c.Duplicate.Of("SNS") != 0 {
		t.Errorf("a duplicate takes no evidence and tells nobody: %+v", c.Duplicate)
	}
	if c.Look.Of("Step Functions") == 0 || c.Look.Of("Lambda") == 0 || c.Look.Of("SNS") != 0 {
		t.Errorf("a look runs, and tells nobody: %+v", c.Look)
	}
	month := c.Month(2, 3, 5)
	if want := c.Stack().USD() + 2*c.Incident.USD() + 3*c.Duplicate.USD() + 5*c.Ignored.USD(); math.Abs(month.USD()-want) > 1e-9 || month.Name != "a month of 10 findings" {
		t.Errorf("%s: got %v, want %v", month.Name, month.USD(), want)
	}
}

func TestAmountsAreRounded(t *testing.T) {
	t.Parallel()
	for usd, want := range map[float64]string{0: "0", 148.953: "$148.95", 0.1: "$0.10", 0.0234: "$0.023", 0.00030001: "$0.00030", 0.0000001: "< $0.00001"} {
		if got := Dollars(usd); got != want {
			t.Errorf("%v: got %s, want %s", usd, got, want)
		}
	}
	var out bytes.Buffer
	if err := Print(&out, Bill{Name: "something", Lines: []Line{{"snapshots", 28}, {"writes", 5.94}}}); err != nil {
		t.Fatal(err)
	}
	const want = `Prices of us-east-1, read on 2026-11-23, without free tiers and without GuardDuty

something: $1.40
       $1.40   28  EBS snapshot GB-months, at most
  < $0.00001  5.9  DynamoDB write request units
`
	if out.String() != want {
		t.Errorf("got\n%s", out.String())
	}
}

// The document must show the figures that the package computes now.
func TestTheDocumentHasTheCosts(t *testing.T) {
	c := simulated(t)
	golden.Section(t, "../../docs/costs.md", "<!-- costs -->\n", "<!-- end of costs -->",
		Markdown(c.Incident, c.Duplicate, c.Ignored, c.Stack(), c.Month(100, 4900, 5000)))
}
