package cost

import (
	"encoding/json"
	"math"
	"slices"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
)

// Estimates of what a simulation cannot count, on the high side.
const (
	// computing is the duration of an invocation apart from its calls to AWS. It includes
	// a cold start, which is charged, too.
	computing = 100 * time.Millisecond
	// invocationLog is what an invocation logs, Lambda's own lines included; eventLog is
	// what a state machine logs for an event, without the event's data. Both in bytes.
	invocationLog, eventLog = 2 << 10, 600
)

// Of is the cost of a simulation, or of the executions with these names. Snapshots are
// charged by the size of their volumes, for one month, and to the execution that took
// them.
func Of(name string, r *simulate.Report, executions ...string) Bill {
	q := map[string]float64{}
	matches := func(execution string) bool { return len(executions) == 0 || slices.Contains(executions, execution) }
	for _, x := range r.Executions {
		if matches(x.Name) {
			countExecution(q, x)
		}
	}
	itemBytes, units := items(r.Ledger)
	for _, c := range r.Calls {
		if !matches(c.Execution) {
			continue
		}
		switch c.Service + ":" + c.Operation {
		case "dynamodb:UpdateItem", "dynamodb:PutItem", "dynamodb:DeleteItem":
			// A write whose condition fails is charged like one that succeeds.
			q["writes"] += units
			q["ledger"] += gigabytes(itemBytes)
		case "dynamodb:TransactWriteItems":
			// Each item of a transaction is charged as two writes, and this product's transactions have two items:
			// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-capacity-handling
			q["writes"] += 4 * units
			q["ledger"] += 2 * gigabytes(itemBytes)
		case "dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan":
			q["reads"]++
		case "sns:Publish":
			q["publishes"]++
			q["emails"]++
		case "events:PutEvents":
			q["events"]++
		case "ec2:CreateSnapshots":
			if c.Error == "" {
				q["snapshots"] += snapshotSize(r.Account.Snapshots)
			}
		}
	}
	return bill(name, q)
}

// countExecution counts the use of Step Functions and Lambda. A retry is charged as a
// transition: https://aws.amazon.com/step-functions/pricing/
func countExecution(q map[string]float64, x history.Execution) {
	q["traces"]++
	entered, tasks, scheduled := 0, 0, 0
	for _, e := range x.History {
		if e.StateEntered != nil {
			entered++
		}
		if e.Type == "TaskStateEntered" {
			tasks++
		}
		if e.TaskScheduled == nil {
			continue
		}
		scheduled++
		if e.TaskScheduled.ResourceType == "lambda" {
			q["invocations"]++
			q["compute"] += (took(x.History, e) + computing).Seconds() * memory / 1024
			q["logs"] += gigabytes(invocationLog)
		}
	}
	q["transitions"] += float64(entered + max(0, scheduled-tasks))
	q["logs"] += gigabytes(float64(eventLog * len(x.History)))
}

// took is the time from a task's TaskScheduled event to its end, which is the second
// event after it.
func took(events []history.Event, scheduled history.Event) time.Duration {
	next := scheduled
	for range 2 {
		i := slices.IndexFunc(events, func(e history.Event) bool { return e.PreviousEventID == next.ID })
		if i < 0 {
			return 0
		}
		next = events[i]
	}
	return next.Timestamp.Sub(scheduled.Timestamp)
}

// items returns the mean size of the ledger's items in bytes and the mean write units
// of one write: one unit per started 1 KB. The size includes DynamoDB's type names,
// which AWS does not charge.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html
func items(ledger []any) (size, units float64) {
	for _, item := range ledger {
		text, _ := json.Marshal(item) // it was read from JSON: cannot fail
		size += float64(len(text))
		units += math.Ceil(float64(len(text)) / 1024)
	}
	n := float64(max(1, len(ledger)))
	return size / n, max(1, units/n)
}

// snapshotSize is the sum of the snapshots' volume sizes, in GB.
func snapshotSize(snapshots []any) (sum float64) {
	for _, s := range snapshots {
		var volume struct{ VolumeSize float64 }
		text, _ := json.Marshal(s) // as above
		_ = json.Unmarshal(text, &volume)
		sum += volume.VolumeSize
	}
	return sum
}

func gigabytes(bytes float64) float64 { return bytes / (1 << 30) }
