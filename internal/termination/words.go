package termination

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Lines say what a termination does and what it costs, for the person who is asked.
func (p Plan) Lines() []string {
	i := p.Instance
	named := i.ID
	if name := i.Tags["Name"]; name != "" {
		named += " (" + name + ")"
	}
	out := []string{fmt.Sprintf("%s, which is %s, is terminated for good: nothing brings it back, and what its memory and instance store volumes hold is lost.", named, i.State)}
	if p.Protection.Termination {
		out = append(out, "Its protection against termination is taken off first.")
	}
	out = append(out, p.group())
	for _, v := range p.Protection.Volumes {
		out = append(out, p.volume(v))
	}
	out = append(out, addresses(i)...)
	return append(out,
		fmt.Sprintf("What is left are the snapshots of the evidence: %d, the first of whose locks ends at %s.", len(p.Snapshots), p.LockedUntil.UTC().Format("2006-01-02 15:04 UTC")),
		"Everything else that the incident holds is put back then, as quarantine release does it, and the incident ends.")
}

// group says what becomes of the instance's place in its Auto Scaling group.
func (p Plan) group() string {
	group := p.Instance.AutoScalingGroup()
	if group == "" {
		return "It belongs to no Auto Scaling group: nothing replaces it."
	}
	return "Auto Scaling group " + group + " launches a replacement, unless it has done so or its launches are suspended: " +
		"from the same launch template, so that what let the attacker in may be there again."
}

func (p Plan) volume(v quarantine.AttachedVolume) string {
	where := fmt.Sprintf("Volume %s (%s) ", v.ID, v.Device)
	if v.Deleted {
		return where + "is deleted with it; snapshot " + p.snapshotOf(v.ID) + " has what was on it when the evidence was taken."
	}
	return where + "is kept, and billed until somebody deletes it."
}

func addresses(i quarantine.Instance) (out []string) {
	var private, public []string
	for _, n := range i.Interfaces {
		if n.PrivateIP != "" {
			private = append(private, n.PrivateIP)
		}
		private = append(private, n.IPv6...)
		if n.PublicIP != "" {
			public = append(public, n.PublicIP)
		}
	}
	if len(private) > 0 {
		out = append(out, "It loses its addresses "+strings.Join(private, ", ")+", unless a network interface is kept that was attached by hand.")
	}
	if len(public) > 0 {
		out = append(out, "It loses its public addresses "+strings.Join(public, ", ")+": an Elastic IP address stays the account's, and is billed; any other is gone.")
	}
	return out
}

// accepted is the event's text.
func (p Plan) accepted(reason string) string {
	kept := []string{}
	for _, v := range p.Protection.Volumes {
		if !v.Deleted {
			kept = append(kept, v.ID)
		}
	}
	slices.Sort(kept)
	text := fmt.Sprintf("EC2 terminates %s: %s; snapshots of the evidence: %d", p.Instance.ID, reason, len(p.Snapshots))
	if len(kept) > 0 {
		text += "; volumes kept: " + strings.Join(kept, ", ")
	}
	return text
}
