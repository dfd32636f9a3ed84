package message

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/command"
	"github.com/ec2-quarantine/quarantine/internal/measure/rolesessions"
	"github.com/ec2-quarantine/quarantine/internal/measure/standby"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// steps numbers what there is to do; a step is a sentence and its commands.
func steps(each ...[]line) []line {
	var out []line
	n := 0
	for _, step := range each {
		if len(step) == 0 {
			continue
		}
		n++
		first := step[0]
		first.lead = fmt.Sprintf("%d. ", n)
		out = append(append(out, first), step[1:]...)
	}
	return out
}

// quarantine is a command of this project's own command line: its name and its arguments as they
// are. Where it is to be typed, how it is quoted and the reason that it asks for come with it.
func (f facts) quarantine(words ...string) line {
	return run(f.record.At.Quarantine(cleaned(words)...)...)
}

// aws is an AWS CLI command in the region of the news, with flags after it that are quoted.
func (f facts) aws(command string, flags ...string) line {
	_, region := f.accountRegion()
	return f.awsIn(region, command, flags...)
}

// awsIn is an AWS CLI command in that region; "" for a service that has none.
func (f facts) awsIn(region, command string, flags ...string) line {
	return run(append(f.record.At.AWS(Clean(region, maxName), strings.Fields(command)...), flags...)...)
}

// cutThings are those of the release, or those on record, or else the ones that the
// finding gives.
func (f facts) cutThings() []string {
	if f.Release != nil && len(f.Release.Subnets) > 0 {
		var out []string
		for _, s := range f.Release.Subnets {
			out = append(out, s.SubnetID)
		}
		return out
	}
	var out []string
	for _, t := range f.ofCut() {
		out = append(out, t.Thing)
	}
	if len(out) > 0 {
		return out
	}
	holds := by(f.words.Cut.Name, f.holds())
	if len(holds) == 0 {
		holds = f.accused()
	}
	for _, h := range holds {
		if !slices.Contains(out, h.Thing) {
			out = append(out, h.Thing)
		}
	}
	return out
}

// namedThings are the same by name alone, at most maxItems.
func (f facts) namedThings() []quarantine.Hold {
	var out []quarantine.Hold
	for _, id := range f.cutThings() {
		out = append(out, quarantine.Hold{Measure: f.words.Cut.Name, Thing: id})
	}
	return out[:min(len(out), maxItems)]
}

// subnetFilter is the value of a --filters flag about the subnets that are known.
func (f facts) subnetFilter(name string) string {
	ids := f.cutThings()
	return arg("Name=" + name + ",Values=" + strings.Join(ids[:min(len(ids), maxItems)], ","))
}

// group is the Auto Scaling group as far as anybody knows.
func (f facts) group() string {
	if f.Containment != nil {
		return f.Containment.Instance.AutoScalingGroup()
	}
	return quarantine.Instance{Tags: f.accusedInstance().Tags}.AutoScalingGroup()
}

// groupStep: https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html
func (f facts) groupStep() []line {
	group := f.group()
	if group == "" {
		return nil
	}
	return []line{
		say("At once: its Auto Scaling group %s will terminate it, and the evidence with it, once its health checks fail. Suspend that:",
			Clean(group, maxName)),
		f.aws("autoscaling suspend-processes", "--auto-scaling-group-name", arg(group),
			"--scaling-processes", "HealthCheck", "ReplaceUnhealthy", "Terminate"),
	}
}

// endingStep is groupStep where the measure standby is not taken, which keeps the group from ending
// the instance and leaves the group to go on.
func (f facts) endingStep() []line {
	if f.takes(standby.Info().Name) {
		return nil
	}
	return f.groupStep()
}

// takes tells whether a measure is taken beside this news. Where it fails, its own message says what
// to do.
func (f facts) takes(name string) bool {
	return f.Triage != nil && slices.Contains(f.Triage.Measures, name)
}

// lookStep shows how the cut of what is in no network stands: the read-back of subnets is told.
func (f facts) lookStep() []line {
	if f.words.Placed {
		return nil
	}
	return f.byHand("", f.words.Cut.LookByHand(f.resource, f.namedThings()))
}

// afterwards are the steps that the kind of the resource has beside those about the cut.
func (f facts) afterwards() [][]line {
	if f.words.Next == nil {
		return nil
	}
	var out [][]line
	var taken []string
	if f.Triage != nil {
		taken = f.Triage.Measures
	}
	for _, one := range f.words.Next(f.resource, taken) {
		out = append(out, f.byHand("", one))
	}
	return out
}

func (f facts) neighbourStep() []line {
	if !f.words.Placed || len(f.cutThings()) == 0 {
		return nil
	}
	return []line{
		say("See which other hosts are cut off too; groups may replace those:"),
		f.aws("ec2 describe-instances", "--filters", f.subnetFilter("subnet-id"),
			"--query", arg("Reservations[].Instances[].[InstanceId,State.Name]"), "--output", "text"),
	}
}

// roleStep revokes what was issued before now, of everybody who has the role; not where the measure
// role-sessions is taken, which denies it to this instance alone:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html
func (f facts) roleStep() []line {
	if f.Containment == nil || f.Containment.Instance.ProfileARN == "" || f.takes(rolesessions.Info().Name) {
		return nil
	}
	deny := `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*",` +
		`"Condition":{"DateLessThan":{"aws:TokenIssueTime":"` +
		lastVerified(f.containedHolds()).UTC().Format(time.RFC3339) + `"}}}]}`
	role := f.awsIn("", "iam get-instance-profile", "--instance-profile-name", arg(path.Base(f.Containment.Instance.ProfileARN)),
		"--query", arg("InstanceProfile.Roles[0].RoleName"), "--output", "text")
	return []line{
		say("Credentials that its role was issued work from anywhere until they expire. Revoke them, of all that use the role:"),
		f.awsIn("", "iam put-role-policy", "--role-name", command.Inside(role.command), "--policy-name", "AWSRevokeOlderSessions",
			"--policy-document", arg(deny)),
	}
}

func (f facts) evidenceStep() []line { return []line{say("%s", f.words.Evidence.Taken)} }
