package quarantine

import "time"

// Measurement is one value of a metric.
type Measurement struct {
	Name  string
	Unit  Unit
	Value float64
}

// Unit is a unit as CloudWatch spells it:
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html
type Unit string

// The units in use.
const (
	Count   Unit = "Count"
	Seconds Unit = "Seconds"
	Percent Unit = "Percent"
)

// The metrics that handlers measure. Alarms and the dashboard go by these names.
const (
	MetricContained        = "Contained"        // Count: instances contained, each incident at most once
	MetricFindingToCut     = "FindingToCut"     // Seconds: from the finding's last update to the verified cut
	MetricEventToCut       = "EventToCut"       // Seconds: from EventBridge's event to the verified cut
	MetricIsolationFailed  = "IsolationFailed"  // Count: isolations that failed for good; not those whose retries ran out
	MetricBrakeTripped     = "BrakeTripped"     // Count: isolations that were put to a person instead
	MetricReopened         = "Reopened"         // Count: things of open incidents that were found open, each once an episode
	MetricNotPutRight      = "NotPutRight"      // Count: attempts to put such a thing right that failed
	MetricReleased         = "Released"         // Count: incidents of which at least one subnet was restored
	MetricApprovalTimeLeft = "ApprovalTimeLeft" // Percent: of a question's life, whenever it is asked
	MetricChannelFailed    = "ChannelFailed"    // Count: messages that one channel did not take, also where another did
)

// Once is one more of what a metric counts.
func Once(name string) Measurement { return Measurement{Name: name, Unit: Count, Value: 1} }

// ContainedSince is one more instance that is contained, and how long that took.
func ContainedSince(f Finding, at time.Time) []Measurement {
	all := append([]Measurement{Once(MetricContained)}, since(MetricFindingToCut, f.UpdatedAt, at)...)
	return append(all, since(MetricEventToCut, f.EventTime, at)...)
}

// since measures a time, unless its begin is unknown, or lies after its end on somebody
// else's clock.
func since(name string, begin, end time.Time) []Measurement {
	if begin.IsZero() || begin.After(end) {
		return nil
	}
	return []Measurement{{Name: name, Unit: Seconds, Value: end.Sub(begin).Seconds()}}
}

// Meter takes measurements. What becomes of them is nothing that a handler may
// depend on: a Meter has no error, and a nil one discards.
type Meter func(...Measurement)

// Measure hands measurements over.
func (m Meter) Measure(all ...Measurement) {
	if m != nil && len(all) > 0 {
		m(all...)
	}
}
