package plan

import (
	"fmt"
	"io"

	"github.com/ec2-quarantine/quarantine/internal/headline"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

// Print writes a plan for the person who confirms it, after what it is about.
func (p Plan) Print(w io.Writer, st terminal.Style, about string) {
	st.Colored(w, st.Title, 0, fmt.Sprintf("Account %s, %s, as %s", p.Account, p.Region, p.Identity))
	st.Heading(w, "Verdict")
	fmt.Fprintln(w, st.Wrap(about, 2))
	if p.Archived {
		st.Colored(w, st.Warn, 2, "Somebody has archived this finding in GuardDuty.")
	}
	headline.PrintVerdict(w, st, p.Verdict)
	if p.Refused != "" {
		return // there is no plan, and the error says why
	}
	st.Heading(w, "Plan")
	if !cuts(p.Verdict) {
		fmt.Fprintln(w, st.Wrap(fmt.Sprintf("Nothing is cut: the verdict is %s. It is recorded, and told where the policy says so.", p.Verdict.Action), 2))
	}
	for _, r := range p.Resources {
		r.print(w, st)
	}
	state := "is there"
	if p.TableMade {
		state = "is made"
	}
	if p.Stack != "" {
		state += ", of the stack " + p.Stack
	}
	fmt.Fprintln(w, st.Wrap(fmt.Sprintf("DynamoDB table %s %s", p.Table, state), 2))
	if p.Topic != "" {
		fmt.Fprintln(w, st.Wrap(fmt.Sprintf("messages go to %s and to this terminal", p.Topic), 2))
	}
}

func (r Resource) print(w io.Writer, st terminal.Style) {
	if r.Verdict != nil && !cuts(*r.Verdict) {
		fmt.Fprintln(w, st.Wrap(fmt.Sprintf("%s is not cut: its own verdict is %s.", r.ID, r.Verdict.Action), 2))
		return
	}
	if r.Asked {
		st.Colored(w, st.Warn, 2, fmt.Sprintf("The policy asks a person before %s is cut, and you are that person: your answer goes on record.", r.ID))
	}
	if c := r.Contained; c != nil {
		st.Colored(w, st.Warn, 2, fmt.Sprintf("%s is contained, as %s has on record since %s UTC; nobody has read that back now. This joins it, "+
			"and everything that it holds is looked at: what was opened is closed again.", r.ID, c.Incident, c.Since.UTC().Format("2006-01-02 15:04")))
		if c.Open {
			st.Colored(w, st.Bad, 2, "As it was found last, something of it IS OPEN.")
		}
		if c.Pending {
			st.Colored(w, st.Warn, 2, "Its evidence is pending: if nobody takes it any more, because the command that did was interrupted, run that command again, with the same event or word.")
		}
		for _, command := range c.Next {
			fmt.Fprintln(w, st.Wrap(terminal.Whole(command), 4))
		}
		return
	}
	name, does := r.ID, "is contained by its security group alone:"
	if d := r.Described; d != nil && d.Name != "" {
		name += " (" + d.Name + ")"
	}
	if r.Neighbours.Wants != quarantine.BeyondGroup {
		does = "is cut off with every host of its subnets:"
	}
	st.Record(w, st.Plain, 2, fmt.Sprintf("%s, %s, %s", name, r.State, does))
	for i, c := range r.Changes {
		for _, line := range c.Text {
			fmt.Fprintln(w, st.Wrap(line, 4))
		}
		if i == 0 {
			look := st.Plain
			if r.Neighbours.Wants != "" {
				look = st.Warn
			}
			st.Colored(w, look, 4, r.Neighbours.Text)
			for _, why := range r.Brake {
				st.Colored(w, st.Warn, 4, "a deployed stack would ask a person first: "+why+"; confirming this plan is that word")
			}
		}
	}
	fmt.Fprintln(w, st.Wrap(fmt.Sprintf("EBS volumes to be snapshotted: %d", r.Volumes), 4))
	for _, line := range r.Warnings {
		st.Colored(w, st.Warn, 4, line)
	}
}
