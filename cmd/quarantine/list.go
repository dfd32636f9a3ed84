package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// listCommand is quarantine list.
type listCommand struct {
	accountFlags `embed:""`

	All bool `help:"Also incidents that are released."`
}

// Help is shown by quarantine list --help.
func (listCommand) Help() string {
	return `For example:

    quarantine list --region eu-west-1

It reads the ledger and nothing else. IAM actions: dynamodb:Scan on the table.`
}

// listed is an incident with what it waits for.
type listed struct {
	ledger.Summary
	// WaitingFor has words of: cut, retry, evidence, decision, release.
	WaitingFor []string `json:"waitingFor"`
}

// Run lists.
func (l listCommand) Run(ctx context.Context, s streams) error {
	c, err := l.open(ctx, s)
	if err != nil {
		return err
	}
	all, err := c.book.Overview(ctx)
	if err != nil {
		return c.words(err)
	}
	shown := []listed{}
	for _, i := range all {
		if l.All || i.Open() {
			i.Questions = requestsWithEmptyLists(i.Questions)
			shown = append(shown, listed{i, waitingFor(i)})
		}
	}
	if c.JSON {
		return writeJSON(c.json.out, shown)
	}
	c.title()
	c.list(shown, l.All)
	return nil
}

// waitingFor says what an incident waits for, first what comes first.
func waitingFor(i ledger.Summary) []string {
	out := []string{}
	switch i.Status {
	case quarantine.StatusIsolating:
		out = append(out, "cut")
	case quarantine.StatusFailed:
		out = append(out, "retry")
	case quarantine.StatusContained:
		if i.Evidence == "" || i.Evidence == quarantine.EvidencePending {
			out = append(out, "evidence")
		}
	}
	if len(i.Questions) > 0 {
		out = append(out, "decision")
	}
	if i.Status == quarantine.StatusReleasing || i.Status == quarantine.StatusContained && len(i.Questions) == 0 {
		out = append(out, "release")
	}
	return out
}

// list writes the table: a line an incident, and below it what holds its
// subnets and what it waits for.
func (c *onCall) list(all []listed, released bool) {
	if len(all) == 0 {
		none := "No incident is open."
		if released {
			none = "No incident is on record."
		}
		fmt.Fprintf(c.s.out, "\n%s\n", none)
		return
	}
	fmt.Fprintf(c.s.out, "\n%s\n", c.st.dim.Render(row("INCIDENT", "INSTANCE", "SINCE (UTC)", "SCORE", "STATUS")))
	for _, i := range all {
		fmt.Fprintln(c.s.out, row(i.ID, i.Target.InstanceID, minute(i.Since), fmt.Sprintf("%5d", i.Score), c.byStatus(i.Status)))
		for _, q := range i.Subnets {
			c.colored(c.st.dim, 2, q.SubnetID+" "+heldBy(q, i.ID))
		}
		for _, text := range waits(i) {
			c.colored(c.st.warn, 2, "waits for "+text)
		}
	}
}

func row(incident, instance, since, score, status string) string {
	return fmt.Sprintf("%s  %s  %s  %s  %s", pad(incident, 23), pad(instance, 19), pad(since, 16), pad(score, 5), status)
}

func (c *onCall) byStatus(s quarantine.Status) string {
	switch s {
	case "":
		return c.st.warn.Render("asked")
	case quarantine.StatusContained, quarantine.StatusReleased:
		return c.st.good.Render(string(s))
	case quarantine.StatusFailed:
		return c.st.bad.Render(string(s))
	}
	return c.st.warn.Render(string(s))
}

// heldBy says which other incidents need the subnet cut off, too.
func heldBy(q quarantine.Quarantine, incident string) string {
	others := slices.DeleteFunc(slices.Clone(q.Holders), func(id string) bool { return id == incident })
	switch {
	case q.Releasing == incident && len(q.Holders) == 0:
		return "is being released"
	case len(others) == 0:
		return "held by this incident alone"
	}
	return "held by this incident and by " + strings.Join(others, ", ")
}

// waits says in words what WaitingFor says in short.
func waits(i listed) (out []string) {
	for _, w := range i.WaitingFor {
		switch {
		case w == "cut":
			out = append(out, "the cut, which is under way")
		case w == "retry":
			out = append(out, "the next finding, which tries again: the isolation FAILED")
		case w == "evidence":
			out = append(out, "evidence")
		case w == "decision":
			for _, q := range i.Questions {
				out = append(out, fmt.Sprintf("a person's decision whether to %s: quarantine approve %s", q.Purpose, q.ID))
			}
		case i.Status == quarantine.StatusReleasing:
			out = append(out, "its release, which is under way")
		default:
			out = append(out, "release: quarantine release "+i.ID)
		}
	}
	return out
}
