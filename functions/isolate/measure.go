package isolate

import "github.com/ec2-quarantine/quarantine/internal/quarantine"

// measure tells the meter what became of an isolation. What passes is tried
// again, and what another execution or the group has taken over is that one's to measure. The
// state machine alone knows that it has tried for the last time: a passing error
// that outlasts the retries ends the execution red, and is measured nowhere. An
// incident is measured as contained at most once: never, if the answer was lost
// that it was.
func (h *Handler) measure(f quarantine.Finding, done quarantine.Containment, first bool, err error) {
	switch name := quarantine.NameOf(err); {
	case name == quarantine.BrakeTripped:
		h.Meter.Measure(quarantine.Once(quarantine.MetricBrakeTripped))
	case name == quarantine.GroupInstead || name == quarantine.LockLost || name == quarantine.IncidentReleased || quarantine.Passes(err):
	case err != nil:
		h.Meter.Measure(quarantine.Once(quarantine.MetricIsolationFailed))
	case first:
		h.Meter.Measure(quarantine.ContainedSince(f, done.ContainedAt)...)
	}
}
