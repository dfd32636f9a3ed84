package cost

import (
	"encoding/json"
	"math"
	"slices"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
)

// What a simulation cannot count, on the safe side.
const (
	// computing is the time of an invocation besides its calls to AWS, a cold
	// start among them, which is charged too.
	computing = 100 * time.Millisecond
	// What an invocation logs, Lambda's own lines among it, and what a state
	// machine logs of an event, whose data it leaves out; in bytes.
	invocationLog, eventLog = 2 << 10, 600
)

// Of is what a simulation costs, or what some of its executions do, by name.
// Snapshots are charged by the size of their volumes, for one month, and to the
// execution that took them.
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
			// A write whose condition fails is charged like one that works.
			q["writes"] += units
			q["ledger"] += gigabytes(itemBytes)
		case "dynamodb:TransactWriteItems":
			// Each item of a transaction is written twice, and there are two items in ours:
			// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-capacity-handling
			q["writes"] += 4 * units
			q["ledger"] += 2 * gigabytes(itemBytes)
		case "dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan":
			q["reads"]++
		case "sns:Publish":
			q["publishes"]++
			q["emails"]++
		case "ec2:CreateSnapshots":
			if c.Error == "" {
				q["snapshots"] += snapshotSize(r.Account.Snapshots)
			}
		}
	}
	return bill(name, q)
}

// countExecution counts what Step Functions and Lambda did. A retry is a
// transition of its own: https://aws.amazon.com/step-functions/pricing/
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

// took is the time from a task's scheduling to its end: the event after the
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

// items gives the mean size of the ledger's items in bytes, types included, which
// DynamoDB does not charge, and what one write of them is charged as: a unit
// for every 1 KB begun.
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

// snapshotSize is what the snapshots' volumes hold, in GB.
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
