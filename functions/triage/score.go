package triage

import (
	"fmt"
	"math"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/guardduty"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// contributions are the parts of the score. The first three are always listed, the
// others only if they add points.
func (p *Policy) contributions(f quarantine.Finding, side guardduty.Side, why string) []quarantine.Reason {
	w := p.weights
	out := []quarantine.Reason{w.ofSeverity(f.Severity), w.ofType(f.Type), p.ofSide(f, side, why)}
	out = append(out, w.ofOccurrences(f.Count)...)
	for _, i := range f.Instances {
		out = append(out, w.ofExposure(i.PublicIPs())...)
		out = append(out, w.ofTags(i.Tags)...)
	}
	return append(out, w.ofThreats(f.ThreatNames)...)
}

// total is the sum of the points, clamped to 0..100.
func total(reasons []quarantine.Reason) int {
	sum := 0
	for _, r := range reasons {
		sum += r.Points
	}
	return min(max(sum, 0), 100)
}

func (w weights) ofSeverity(severity float64) quarantine.Reason {
	return quarantine.Reason{
		Name:   "severity",
		Points: int(math.Round(severity * float64(w.severity))),
		Text:   fmt.Sprintf("severity %.1f (%s)", severity, band(severity)),
	}
}

// band is GuardDuty's name for a range of severity values:
// https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings-severity.html
func band(severity float64) string {
	switch {
	case severity >= 9:
		return "Critical"
	case severity >= 7:
		return "High"
	case severity >= 4:
		return "Medium"
	default:
		return "Low"
	}
}

func (w weights) ofType(findingType string) quarantine.Reason {
	e := evidenceOf(findingType)
	points := map[evidence]int{strong: w.strong, moderate: w.moderate, weak: w.weak}[e]
	return quarantine.Reason{Name: "finding-type", Points: points, Text: fmt.Sprintf("%s is %s evidence of a compromise", findingType, e)}
}

func (p *Policy) ofSide(f quarantine.Finding, side guardduty.Side, why string) quarantine.Reason {
	r, what := quarantine.Reason{Name: "side"}, "instance"
	if _, is := p.key(f); is {
		what = "access key"
	}
	switch {
	case len(p.Resources(f)) == 0:
		r.Text = "no EC2 instance is accused" + p.butKey(f)
	case side == guardduty.Actor:
		r.Points, r.Text = p.weights.actor, "the "+what+" is the one acting, "+why
	case side == guardduty.Target:
		r.Points, r.Text = p.weights.target, "the "+what+" is the one attacked, "+why
	default:
		r.Points, r.Text = p.weights.unclear, "it is unclear whether the "+what+" acts or is attacked, "+why
	}
	return r
}

// butKey names the key that the finding accuses instead of an instance, and says why nothing is
// done about it.
func (p *Policy) butKey(f quarantine.Finding) string {
	if f.Key == nil {
		return ""
	}
	why := "which this system does not change"
	_, changeable := f.KeyResource()
	switch {
	case changeable && p.keys == keyTell:
		why = "which is told and not changed, as accessKeys.cut is tell"
	case changeable:
		why = "which is told and not changed, as the deployment has no Identity"
	case f.Key.UserType == quarantine.UserTypeRoot:
		why = "whom no permission of the account reaches"
	case f.Key.UserType == quarantine.UserTypeRole, f.Key.UserType == quarantine.UserTypeFederated:
		why = "whose session ends by itself, or is denied where it came from"
	}
	return fmt.Sprintf(", but %s, %s", f.Key, why)
}

// ofReading says what of the event was read in another way than usual. It has no points.
func ofReading(f quarantine.Finding) []quarantine.Reason {
	var out []quarantine.Reason
	direct := f.ResourceType == quarantine.ResourceInstance || f.ResourceType == quarantine.ResourceAttackSequence
	if !direct && len(f.Instances) > 0 && !f.Instances[0].ByCredentials {
		out = append(out, one("host", 0, "a finding about a resource of kind %s, judged for the EC2 instance %s on which it ran", f.ResourceType, f.Instances[0].ID)...)
	}
	if f.Replay != "" {
		out = append(out, one("replay", 0, "not delivered as it happened: EventBridge has replayed it (%s)", f.Replay)...)
	}
	for _, left := range f.LeftOut {
		out = append(out, one("left-out", 0, "could not be read, and is left out: %s", left)...)
	}
	return out
}

// ofOccurrences grows with the order of magnitude: half of the weight for 10
// occurrences, all of it for 100 or more.
func (w weights) ofOccurrences(count int) []quarantine.Reason {
	if count < 2 {
		return nil
	}
	share := min(math.Log10(float64(count))/2, 1)
	return one("occurrences", int(math.Round(share*float64(w.occurrences))), "seen %d times", count)
}

func (w weights) ofExposure(publicIPs []string) []quarantine.Reason {
	if len(publicIPs) == 0 {
		return nil
	}
	return one("exposure", w.exposure, "reachable at the public address %s", strings.Join(publicIPs, ", "))
}

func (w weights) ofTags(tags map[string]string) []quarantine.Reason {
	var out []quarantine.Reason
	for _, t := range w.tags {
		value, tagged := tags[t.key]
		if tagged && (t.value == "*" || t.value == value) {
			out = append(out, one("tags", t.points, "tag %s=%s", t.key, value)...)
		}
	}
	return out
}

func (w weights) ofThreats(names []string) []quarantine.Reason {
	if len(names) == 0 {
		return nil
	}
	return one("threat-names", w.threatNames, "a known threat is named: %s", strings.Join(names, ", "))
}

func one(name string, points int, format string, args ...any) []quarantine.Reason {
	return []quarantine.Reason{{Name: name, Points: points, Text: fmt.Sprintf(format, args...)}}
}
