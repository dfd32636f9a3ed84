// Package emf writes measurements in CloudWatch's embedded metric format: a line
// of JSON on a Lambda function's standard output, of which CloudWatch Logs makes
// a metric. No call is made, and nothing waits.
//
// The lines must reach the log as they are. Where a function logs in JSON, Lambda
// leaves alone what is JSON already:
// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
package emf

import (
	"encoding/json"
	"io"
	"math"
	"sync"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// envelope is the member by which CloudWatch Logs knows the format. No metric
// can have its name.
const envelope = "_aws"

// Bounds of what CloudWatch takes.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html
const maxName = 255

// maxValue is 2 to the power of 360.
var maxValue = math.Ldexp(1, 360)

// directive says what to make of the document's other members.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
type directive struct {
	Timestamp         int64 // milliseconds since 1970
	CloudWatchMetrics []metrics
}

type metrics struct {
	Namespace  string
	Dimensions [][]string
	Metrics    []metric
}

type metric struct{ Name, Unit string }

// New gives a Meter that writes a line for each measurement. Without a namespace
// it discards. A measurement that CloudWatch would refuse (no name, no number) is
// left out, and so is one that cannot be written: a metric is no reason to fail.
func New(w io.Writer, namespace string, clock quarantine.Clock) quarantine.Meter {
	if namespace == "" {
		return nil
	}
	var mu sync.Mutex
	return func(all ...quarantine.Measurement) {
		mu.Lock()
		defer mu.Unlock()
		for _, m := range all {
			if line, ok := document(namespace, clock.Now(), m); ok {
				_, _ = w.Write(line)
			}
		}
	}
}

// document is the line of one measurement, and whether there is one.
func document(namespace string, at time.Time, m quarantine.Measurement) ([]byte, bool) {
	if m.Name == "" || m.Name == envelope || len(m.Name) > maxName || math.IsNaN(m.Value) || math.Abs(m.Value) > maxValue {
		return nil, false
	}
	line, err := json.Marshal(map[string]any{
		m.Name: m.Value,
		envelope: directive{Timestamp: at.UnixMilli(), CloudWatchMetrics: []metrics{{
			// One set of dimensions, and it is empty: alarms need no dimension then.
			Namespace: namespace, Dimensions: [][]string{{}}, Metrics: []metric{{Name: m.Name, Unit: string(m.Unit)}},
		}}},
	})
	return append(line, '\n'), err == nil
}
