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
	MetricContained        = "Contained"        // Count: resources contained, each incident at most once
	MetricFindingToCut     = "FindingToCut"     // Seconds: from the finding's last update to the verified cut
	MetricEventToCut       = "EventToCut"       // Seconds: from EventBridge's event to the verified cut
	MetricIsolationFailed  = "IsolationFailed"  // Count: isolations that failed for good; not those whose retries ran out
	MetricBrakeTripped     = "BrakeTripped"     // Count: isolations that were put to a person instead
	MetricReopened         = "Reopened"         // Count: things of open incidents that were found open, each once an episode
	MetricNotPutRight      = "NotPutRight"      // Count: attempts to put such a thing right that failed
	MetricReleased         = "Released"         // Count: incidents of which at least one thing that was cut was restored
	MetricApprovalTimeLeft = "ApprovalTimeLeft" // Percent: of a question's life, whenever it is asked
	MetricChannelFailed    = "ChannelFailed"    // Count: messages that one channel did not take, also where another did
	MetricPolicyRefused    = "PolicyRefused"    // Count: reads of the policy's parameter whose newest version did not parse, or that failed

	// Of each preflight, also where it is 0.
	MetricPreflightRed     = "PreflightRed"     // Count: checks that are red
	MetricPreflightYellow  = "PreflightYellow"  // Count: checks that are yellow
	MetricPreflightUnknown = "PreflightUnknown" // Count: checks of which it is not known
)

// Once is one more of what a metric counts.
func Once(name string) Measurement { return Measurement{Name: name, Unit: Count, Value: 1} }

// Isolation tells what became of an isolation. What passes is tried again, and what another
// execution has taken over is that one's to measure. The state machine alone knows that it has
// tried for the last time: a passing error that outlasts the retries ends the execution red, and is
// measured nowhere. An incident is measured as contained at most once: never, if the answer was
// lost that it was. First says that it was not contained before.
func (m Meter) Isolation(f Finding, done Containment, first bool, err error) {
	switch name := NameOf(err); {
	case name == BrakeTripped:
		m.Measure(Once(MetricBrakeTripped))
	case name == GroupInstead || name == Observed || name == LockLost || name == IncidentReleased || Passes(err):
	case err != nil:
		m.Measure(Once(MetricIsolationFailed))
	case first:
		all := []Measurement{Once(MetricContained)}
		all = append(all, lasted(MetricFindingToCut, f.UpdatedAt, done.ContainedAt)...)
		m.Measure(append(all, lasted(MetricEventToCut, f.EventTime, done.ContainedAt)...)...)
	}
}

// lasted measures a time, unless its begin is unknown, or lies after its end on somebody else's
// clock.
func lasted(name string, begin, end time.Time) []Measurement {
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
